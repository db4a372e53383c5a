// SPDX-License-Identifier: MIT
// What the error messages of agents and providers mean: a status, a code word, a sentence.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loop/agents/outcome.h"

namespace loop {

// A failure as an agent tells it.
struct AgentFailure {
  OutcomeClass outcome = OutcomeClass::task_failed;
  std::string text;        // for people
  std::string reset_text;  // where a limit's end may be found, besides in `text`
  // It ended the task; otherwise the agent may have gone on (a connection tried again).
  bool is_final = true;
};

// Of an HTTP status that is an error; task_failed for one that says nothing more.
OutcomeClass class_of_status(int status);

// Of a sentence; nothing when no known phrase is in it.
std::optional<OutcomeClass> class_of_words(std::string_view text);

// A status in a sentence ("API Error: 529", "last status: 429", "\"code\": 503").
std::optional<int> find_status(std::string_view text);

// The status decides, else the one in the text; the words refine what a status leaves open. Money
// that has run out is `auth` whatever the status: waiting does not help, a person does.
AgentFailure make_failure(std::optional<int> status, std::string text);

}  // namespace loop
