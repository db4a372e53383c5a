// SPDX-License-Identifier: MIT
// Phrases of providers, in the order in which they decide.
#include "failure_words.hpp"

#include <algorithm>
#include <array>

#include <re2/re2.h>

#include "loop/base/text.h"

namespace loop {

namespace {

// A message is short. More would only make misreadings likelier.
constexpr std::size_t kTextBytesMax = 16 * 1024;

struct Phrase {
  std::string_view words;  // in lower case
  OutcomeClass outcome;
};

// No money: these come with statuses 400, 402 and 429.
constexpr std::array<std::string_view, 6> kBillingWords = {
    "insufficient_quota", "credit balance",       "billing_error",
    "payment required",   "insufficient credits", "billing hard limit"};

constexpr std::array<Phrase, 36> kPhrases = {{
    {"invalid api key", OutcomeClass::auth},
    {"incorrect api key", OutcomeClass::auth},
    {"api key not valid", OutcomeClass::auth},
    {"api_key_invalid", OutcomeClass::auth},
    {"invalid x-api-key", OutcomeClass::auth},
    {"authentication_error", OutcomeClass::auth},
    {"authentication_failed", OutcomeClass::auth},
    {"permission_error", OutcomeClass::auth},
    {"not logged in", OutcomeClass::auth},
    {"please run /login", OutcomeClass::auth},
    {"token has expired", OutcomeClass::auth},
    {"set an auth method", OutcomeClass::auth},
    {"unauthorized", OutcomeClass::auth},
    {"rate limit", OutcomeClass::rate_limited},
    {"rate_limit", OutcomeClass::rate_limited},
    {"too many requests", OutcomeClass::rate_limited},
    {"overloaded", OutcomeClass::rate_limited},
    {"usage limit", OutcomeClass::rate_limited},
    {"usage_limit", OutcomeClass::rate_limited},
    {"hit your limit", OutcomeClass::rate_limited},
    {"limit reached", OutcomeClass::rate_limited},
    {"exceeded your current quota", OutcomeClass::rate_limited},
    {"quota exceeded", OutcomeClass::rate_limited},
    {"resource_exhausted", OutcomeClass::rate_limited},
    {"resource has been exhausted", OutcomeClass::rate_limited},
    {"at capacity", OutcomeClass::rate_limited},
    {"unknown option", OutcomeClass::config},
    {"unknown argument", OutcomeClass::config},
    {"unexpected argument", OutcomeClass::config},
    {"invalid value", OutcomeClass::config},
    {"cannot be used with root", OutcomeClass::config},
    {"not inside a trusted directory", OutcomeClass::config},
    {"not_found_error", OutcomeClass::config},
    {"model_not_found", OutcomeClass::config},
    {"model not found", OutcomeClass::config},
    {"modelnotfound", OutcomeClass::config},
}};

bool holds(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

bool is_about_money(std::string_view lower) {
  return std::any_of(kBillingWords.begin(), kBillingWords.end(),
                     [&](std::string_view words) { return holds(lower, words); });
}

std::string lower_start(std::string_view text) { return to_lower(text.substr(0, kTextBytesMax)); }

}  // namespace

OutcomeClass class_of_status(int status) {
  switch (status) {
    case 401:
    case 402:
    case 403: return OutcomeClass::auth;
    case 404: return OutcomeClass::config;
    case 429:
    case 529: return OutcomeClass::rate_limited;
    default: return OutcomeClass::task_failed;
  }
}

std::optional<OutcomeClass> class_of_words(std::string_view text) {
  const std::string lower = lower_start(text);
  if (is_about_money(lower)) return OutcomeClass::auth;
  for (const Phrase& phrase : kPhrases) {
    if (holds(lower, phrase.words)) return phrase.outcome;
  }
  return std::nullopt;
}

std::optional<int> find_status(std::string_view text) {
  static const re2::RE2 pattern(
      R"re((?i)(?:\bapi error:?|\bhttp(?: error| status)?:?|\bstatus(?:[ _]?code)?["\\]*\s*[:=]?|\bcode["\\]+\s*:)\s*([45]\d\d)\b)re");
  const std::string_view start = text.substr(0, kTextBytesMax);
  int status = 0;
  if (!re2::RE2::PartialMatch(re2::StringPiece(start.data(), start.size()), pattern, &status)) {
    return std::nullopt;
  }
  return status;
}

AgentFailure make_failure(std::optional<int> status, std::string text) {
  AgentFailure failure;
  failure.text = std::move(text);
  if (!status) status = find_status(failure.text);
  const auto words = class_of_words(failure.text);
  failure.outcome = status ? class_of_status(*status) : OutcomeClass::task_failed;
  if (is_about_money(lower_start(failure.text))) failure.outcome = OutcomeClass::auth;
  if (failure.outcome == OutcomeClass::task_failed)
    failure.outcome = words.value_or(failure.outcome);
  return failure;
}

}  // namespace loop
