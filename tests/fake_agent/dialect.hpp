// SPDX-License-Identifier: MIT
// One real agent's command line and stream. What is written here was seen of the real programs:
// claude 2.1.197, codex 0.169.0, gemini 0.61.0 and opencode 1.18.33 against a stand-in for the
// model.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fake_agent/figures.hpp"
#include "fake_agent/surroundings.hpp"

namespace fake_agent {

// A start that the real program refuses before it does anything.
struct Refusal {
  int exit_code = 1;
  std::string err;
  std::string out;
};

// What the command line asked for.
struct Request {
  std::string prompt;
  std::string model;
  std::string session;
};

using Lines = std::vector<std::string>;  // without line ends

enum class Failure {
  bad_request,
  unauthorized,
  rate_limited,
  overloaded,
  not_logged_in,
  turns,
  budget
};

struct Ending {
  Lines lines;
  int exit_code = 1;
  std::string err;
};

class Dialect {
 public:
  virtual ~Dialect() = default;

  // `words` without the program's name. Must pass before anything else is asked.
  virtual std::optional<Refusal> read(const std::vector<std::string>& words,
                                      const Surroundings& around) = 0;
  const Request& request() const { return request_; }

  virtual Lines open() const = 0;
  virtual Lines use_tool(const std::string& output) const = 0;
  // An answer, with what its turn or step used where the program says it there.
  virtual Lines say(const std::string& text) const = 0;
  // The final event.
  virtual Lines close(const std::string& answer, const Figures& figures) const = 0;
  // Steps that used something, where the program counts by step; `close` has the rest then.
  virtual bool counts_by_step() const { return false; }
  virtual Lines unknown() const = 0;        // of a version to come
  virtual Lines passing_error() const = 0;  // an error that was overcome
  virtual Ending fail(Failure failure, const std::string& message,
                      const Figures& figures) const = 0;
  // The exit code after SIGTERM; 0: it has no handler.
  virtual int exit_code_of_term() const { return 0; }

 protected:
  Request request_;
};

std::unique_ptr<Dialect> make_claude();
std::unique_ptr<Dialect> make_codex();
std::unique_ptr<Dialect> make_gemini();
std::unique_ptr<Dialect> make_opencode();
std::unique_ptr<Dialect> make_text();

// By FAKE_AGENT's value or a program's base name ("claude", "fake-claude"); null: none.
std::unique_ptr<Dialect> make_dialect(std::string_view name);

// "API Error: 400 ..." by the failure's number and words; `message` replaces the words.
int http_status(Failure failure);
std::string failure_words(Failure failure, const std::string& message);

}  // namespace fake_agent
