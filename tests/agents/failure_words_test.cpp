// SPDX-License-Identifier: MIT
// Statuses and sentences of providers, and what they mean for a run.
#include "agents/failure_words.hpp"

#include "support/catch.hpp"

using namespace loop;

TEST_CASE("a status says whether a person, time or another try helps") {
  for (const int status : {401, 402, 403}) CHECK(class_of_status(status) == OutcomeClass::auth);
  CHECK(class_of_status(404) == OutcomeClass::config);
  for (const int status : {429, 529}) CHECK(class_of_status(status) == OutcomeClass::rate_limited);
  for (const int status : {400, 408, 413, 500, 502, 503, 528, 530}) {
    CHECK(class_of_status(status) == OutcomeClass::task_failed);
  }
}

TEST_CASE("a status is found where sentences put it, and nowhere else") {
  CHECK(find_status("API Error: 529 {\"type\":\"error\"}") == 529);
  CHECK(find_status("exceeded retry limit, last status: 429 Too Many Requests") == 429);
  CHECK(find_status("unexpected status 401 Unauthorized") == 401);
  CHECK(find_status(R"({"error":{"code":503,"message":"x"}})") == 503);
  CHECK(find_status(R"({\"code\": 400})") == 400);
  CHECK(find_status("HTTP 500") == 500);
  CHECK(find_status("status code 404") == 404);
  for (const char* text : {"", "429", "exit code 429", "took 500 ms", "status 200", "status: 4290",
                           "line 404", "status 600"}) {
    INFO(text);
    CHECK_FALSE(find_status(text));
  }
}

TEST_CASE("the status decides, and words refine what it leaves open") {
  const auto outcome = [](std::optional<int> status, const char* text) {
    return make_failure(status, text).outcome;
  };
  CHECK(outcome(429, "invalid api key") == OutcomeClass::rate_limited);
  CHECK(outcome(401, "rate limit") == OutcomeClass::auth);
  CHECK(outcome(503, "The model is overloaded") == OutcomeClass::rate_limited);
  CHECK(outcome(503, "gone") == OutcomeClass::task_failed);
  CHECK(outcome(400, "API key not valid.") == OutcomeClass::auth);
  CHECK(outcome(std::nullopt, "API Error: 429") == OutcomeClass::rate_limited);
  CHECK(outcome(std::nullopt, "TOO MANY REQUESTS") == OutcomeClass::rate_limited);
  CHECK(outcome(std::nullopt, "the test failed") == OutcomeClass::task_failed);
  CHECK(outcome(std::nullopt, "") == OutcomeClass::task_failed);
}

TEST_CASE("money that has run out is for a person, whatever the status") {
  CHECK(make_failure(429, "insufficient_quota").outcome == OutcomeClass::auth);
  CHECK(make_failure(400, "Your credit balance is too low").outcome == OutcomeClass::auth);
  CHECK(make_failure(std::nullopt, "billing_error").outcome == OutcomeClass::auth);
}

TEST_CASE("a long hostile message is read in bounded time") {
  const std::string text(50'000'000, 's');
  CHECK(make_failure(std::nullopt, text).outcome == OutcomeClass::task_failed);
}
