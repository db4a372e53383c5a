// SPDX-License-Identifier: MIT
// A stream of messages: order, replay, one reader at a time, bounds.
#include "mcp/http/event_stream.hpp"

#include <atomic>
#include <thread>

#include <boost/json.hpp>

#include "support/catch.hpp"

using namespace mcp;
namespace json = boost::json;
using State = EventStream::State;

namespace {

json::object note(std::int64_t number) { return {{"method", "note"}, {"n", number}}; }
json::object answer() { return {{"id", 1}, {"result", json::object()}}; }

// The numbers in the notes that can be taken now.
std::vector<std::int64_t> take_all(EventStream& stream, EventStream::Reader reader) {
  std::vector<std::int64_t> numbers;
  for (;;) {
    const auto taken = stream.take(reader);
    if (taken.state != State::event) return numbers;
    const json::value message = json::parse(taken.event.data);
    numbers.push_back(message.as_object().contains("n") ? message.at("n").as_int64() : -1);
  }
}

}  // namespace

TEST_CASE("event stream: messages come in their order, and the answer ends it") {
  EventStream stream("1", StreamEnd::with_answer, Replay::none);
  int woken = 0;
  const auto reader = stream.attach([&] { ++woken; });
  CHECK(stream.take(reader).state == State::waiting);
  stream.send(note(1));
  stream.send(note(2));
  stream.send(json::object{{"id", 1}, {"error", {{"code", -32601}, {"message", "m"}}}});
  stream.send(note(3));
  CHECK(woken == 3);
  CHECK(take_all(stream, reader) == std::vector<std::int64_t>{1, 2, -1});
  CHECK(stream.take(reader).state == State::ended);
}

TEST_CASE("event stream: an answer says that it is one, and its error") {
  EventStream stream("1", StreamEnd::with_answer, Replay::none);
  const auto reader = stream.attach([] {});
  stream.send(json::object{{"id", 1}, {"error", {{"code", -32601}, {"message", "m"}}}});
  const auto taken = stream.take(reader);
  CHECK(taken.event.is_answer);
  CHECK(taken.event.error == ErrorCode::method_not_found);

  EventStream own("0", StreamEnd::never, Replay::kept);
  const auto other = own.attach([] {});
  own.send(answer());
  CHECK_FALSE(own.take(other).event.is_answer);
  CHECK(own.take(other).state == State::waiting);
}

TEST_CASE("event stream: who comes again goes on after the event that it names") {
  EventStream stream("1", StreamEnd::with_answer, Replay::kept);
  const auto first = stream.attach([] {});
  for (int number = 1; number <= 5; ++number) stream.send(note(number));
  CHECK(take_all(stream, first).size() == 5);
  stream.release(first);
  stream.send(note(6));
  const auto second = stream.attach([] {}, 3);
  CHECK(take_all(stream, second) == std::vector<std::int64_t>{4, 5, 6});
  const auto third = stream.attach([] {}, 999);
  CHECK(take_all(stream, third).empty());
  stream.release(third);
  // Without a place: what nobody has read.
  stream.send(note(7));
  CHECK(take_all(stream, stream.attach([] {})) == std::vector<std::int64_t>{7});
}

TEST_CASE("event stream: the newest reader has the place, the former one is told") {
  EventStream stream("0", StreamEnd::never, Replay::kept);
  bool is_woken = false;
  const auto first = stream.attach([&] { is_woken = true; });
  const auto second = stream.attach([] {});
  CHECK(is_woken);
  CHECK(stream.take(first).state == State::lost);
  stream.send(note(1));
  stream.release(first);  // too late, and no matter
  CHECK(stream.has_reader());
  CHECK(take_all(stream, second) == std::vector<std::int64_t>{1});
}

TEST_CASE(
    "event stream: a reader that does not read is dropped, and before that spared the chatter") {
  EventStream stream("1", StreamEnd::with_answer, Replay::none);
  const auto reader = stream.attach([] {});
  const json::object big{{"method", "note"}, {"text", std::string(100'000, 'x')}};
  for (int count = 0; count < 4; ++count) stream.send(big);
  stream.send(note(1), Delivery::if_room);
  CHECK(take_all(stream, reader).size() == 4);
  stream.send(note(2), Delivery::if_room);
  CHECK(take_all(stream, reader) == std::vector<std::int64_t>{2});
  for (int count = 0; count < 50; ++count) stream.send(big);
  CHECK(stream.take(reader).state == State::lost);
}

TEST_CASE("event stream: what nobody reads is bounded, and the newest stays") {
  const json::object big{{"method", "note"}, {"text", std::string(100'000, 'x')}};
  for (const StreamEnd end : {StreamEnd::never, StreamEnd::with_answer}) {
    EventStream stream("1", end, Replay::kept);
    for (int count = 0; count < 100; ++count) stream.send(big);
    stream.send(note(7));
    const auto numbers = take_all(stream, stream.attach([] {}, 0));
    CHECK(numbers.size() <= kKeptBytesMax / 100'000 + 1);
    CHECK(numbers.back() == 7);
    if (end == StreamEnd::never) CHECK(numbers.size() == 1);
  }
}

TEST_CASE("event stream: a handler lets its reader go, also before there is one") {
  for (const bool is_early : {true, false}) {
    CAPTURE(is_early);
    EventStream stream("1", StreamEnd::with_answer, Replay::kept);
    if (is_early) stream.let_client_go();
    const auto first = stream.attach([] {});
    if (!is_early) stream.let_client_go();
    CHECK(stream.take(first).state == State::leave);
    stream.release(first);
    stream.send(answer());
    const auto second = stream.attach([] {}, 0);
    CHECK(stream.take(second).state == State::event);
    CHECK(stream.take(second).state == State::ended);
  }
  EventStream forgetful("1", StreamEnd::with_answer, Replay::none);
  forgetful.let_client_go();
  CHECK(forgetful.take(forgetful.attach([] {})).state == State::waiting);
}

TEST_CASE("event stream: the end of the server ends it after what is in it") {
  EventStream stream("0", StreamEnd::never, Replay::kept);
  const auto reader = stream.attach([] {});
  stream.send(note(1));
  stream.finish();
  stream.send(note(2));
  CHECK(take_all(stream, reader) == std::vector<std::int64_t>{1});
  CHECK(stream.take(reader).state == State::ended);
}

TEST_CASE("event stream: many senders lose nothing") {
  constexpr int kSenders = 8;
  constexpr int kNotes = 2'000;
  EventStream stream("1", StreamEnd::with_answer, Replay::none);
  const auto reader = stream.attach([] {});
  std::vector<std::thread> senders;
  for (int sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&] {
      for (int number = 0; number < kNotes; ++number) stream.send(note(number));
    });
  }
  std::size_t taken = 0;
  while (taken < std::size_t{kSenders} * kNotes) taken += take_all(stream, reader).size();
  for (std::thread& sender : senders) sender.join();
  CHECK(stream.take(reader).state == State::waiting);
}
