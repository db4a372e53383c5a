// SPDX-License-Identifier: MIT
// The part of reading a coding agent's JSON lines that all dialects share.
#pragma once

#include <boost/json.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "figures.hpp"
#include "json_line_reader.hpp"
#include "output_stream.hpp"

namespace loop {

// A dialect names the types it reads and those that it knows and leaves alone; all others are
// counted as unknown, so that a new version of the agent shows in the numbers, not in a failure.
class DialectStream : public OutputStream {
 public:
  DialectStream(StreamRules rules, std::shared_ptr<const LinePatterns> patterns,
                std::span<const std::string_view> known_fields)
      : OutputStream(std::move(rules), std::move(patterns)), known_fields_(known_fields) {}

 protected:
  using Events = std::vector<AgentEvent>;

  // False for an event of a type that the dialect does not know.
  virtual bool read_event(const boost::json::object& event, Events& events) = 0;
  // What is known when the stream ended before its final event.
  virtual void settle_unfinished() {}
  std::optional<OutcomeClass> class_of_exit(const ExitStatus& status) const override;

  // The id is used as an argument later: one that is none is not taken.
  void take_session(std::string_view id);
  static void add(Events& events, AgentEventKind kind, std::string_view text);
  // The answer grows by pieces and is kept to its end.
  void append_answer(std::string_view text);

  FigureReader figures_{outcome_};

 private:
  void read_line(const OutputLine& line, Events& events) final;
  void settle() final;
  void count_fields(const boost::json::object& event);

  std::span<const std::string_view> known_fields_;
  bool has_events_ = false;
};

}  // namespace loop
