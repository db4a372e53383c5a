// SPDX-License-Identifier: MIT
// Any other program: words in, plain text out, "DONE" as its last line.
#include "fake_agent/dialect.hpp"

#include <fmt/format.h>

namespace fake_agent {

namespace {

class Text final : public Dialect {
 public:
  std::optional<Refusal> read(const std::vector<std::string>& words,
                              const Surroundings& around) override {
    if (words.size() > 1) return Refusal{2, "usage: text [PROMPT]\n", {}};
    if (!words.empty() && words[0].starts_with('-')) {
      return Refusal{2, fmt::format("unknown option {}\nusage: text [PROMPT]\n", words[0]), {}};
    }
    request_.prompt = words.empty() ? around.read_input() : words[0];
    if (request_.prompt.empty()) return Refusal{2, "usage: text [PROMPT]\n", {}};
    return std::nullopt;
  }

  Lines open() const override { return {"Working on it."}; }
  Lines use_tool(const std::string& output) const override { return {"$ echo tool", output}; }
  Lines say(const std::string& text) const override { return {text}; }
  Lines close(const std::string& /*answer*/, const Figures& figures) const override {
    return {fmt::format("Tokens: {} sent, {} received. Cost: ${:.4f}", figures.input,
                        figures.output, figures.cost_usd),
            "DONE"};
  }
  Lines unknown() const override { return {"\x1b[1mNow with colours.\x1b[0m"}; }
  Lines passing_error() const override { return {"retrying after a lost connection"}; }

  Ending fail(Failure failure, const std::string& message, const Figures&) const override {
    const std::string words = failure_words(failure, message);
    const int status = failure == Failure::not_logged_in ? 401 : http_status(failure);
    if (status == 0) return {{}, 1, words + "\n"};
    return {{}, 1, fmt::format("API error {}: {}\n", status, words)};
  }
};

}  // namespace

std::unique_ptr<Dialect> make_text() { return std::make_unique<Text>(); }

}  // namespace fake_agent
