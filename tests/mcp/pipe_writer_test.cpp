// SPDX-License-Identifier: MIT
// The way out: order, holding, a client that reads late or not at all, on pipes and on sockets.
#include "mcp/stdio/pipe_writer.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <thread>
#include <vector>

#include <boost/json.hpp>

#include "support/catch.hpp"

using namespace mcp;
namespace json = boost::json;

namespace {

constexpr std::chrono::seconds kLimit{20};

// Both ends of a connection, closed with it.
struct Ends {
  explicit Ends(bool is_socket) {
    std::array<int, 2> pair{};
    if (is_socket) {
      REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) == 0);
    } else {
      REQUIRE(::pipe(pair.data()) == 0);
    }
    read = pair[0];
    write = pair[1];
  }
  ~Ends() {
    close_read();
    ::close(write);
  }
  void close_read() {
    if (read >= 0) ::close(read);
    read = -1;
  }
  int read = -1, write = -1;
};

json::object message(int number, std::size_t bytes = 0) {
  return {{"n", number}, {"text", std::string(bytes, 'x')}};
}

std::string read_lines(int fd, std::size_t count) {
  std::string text;
  std::array<char, 65536> block;
  std::size_t lines = 0;
  while (lines < count) {
    const ssize_t got = ::read(fd, block.data(), block.size());
    if (got <= 0) break;
    const std::string_view part(block.data(), static_cast<std::size_t>(got));
    lines += static_cast<std::size_t>(std::ranges::count(part, '\n'));
    text += part;
  }
  return text;
}

}  // namespace

TEST_CASE("pipe writer: messages arrive whole and in the order of sending") {
  Ends ends(GENERATE(false, true));
  PipeWriter writer(ends.write);
  constexpr int kCount = 2000;
  std::string got;
  std::thread reader([&] { got = read_lines(ends.read, kCount); });
  std::string expected;
  for (int number = 0; number < kCount; ++number) {
    const json::object one = message(number, static_cast<std::size_t>(number % 700));
    expected += json::serialize(one) + "\n";
    writer.send(one);
  }
  reader.join();
  CHECK(got == expected);
  CHECK(writer.flush(kLimit));
}

TEST_CASE("pipe writer: what is held goes out with the release") {
  Ends ends(GENERATE(false, true));
  PipeWriter writer(ends.write);
  writer.hold();
  writer.send(message(1));
  writer.send(message(2));
  CHECK(writer.queued_bytes() > 0);
  std::array<char, 16> none;
  ::fcntl(ends.read, F_SETFL, O_NONBLOCK);
  CHECK(::read(ends.read, none.data(), none.size()) == -1);
  writer.release();
  CHECK(writer.flush(kLimit));
  CHECK(read_lines(ends.read, 2) ==
        json::serialize(message(1)) + "\n" + json::serialize(message(2)) + "\n");
}

TEST_CASE("pipe writer: a client that reads late gets all of it, and sending never waits for it") {
  Ends ends(GENERATE(false, true));
  PipeWriter writer(ends.write);
  constexpr int kCount = 200;
  constexpr std::size_t kBytes = 20'000;
  for (int number = 0; number < kCount; ++number) writer.send(message(number, kBytes));
  CHECK(writer.queued_bytes() > kBytes * kCount / 2);
  const std::size_t before = writer.queued_bytes();
  writer.send(message(0, kBytes), Delivery::if_room);  // behind: dropped
  CHECK(writer.queued_bytes() == before);
  const std::string got = read_lines(ends.read, kCount);
  CHECK(std::ranges::count(got, '\n') == kCount);
  CHECK(got.size() > kBytes * kCount);
  CHECK(writer.flush(kLimit));
}

TEST_CASE("pipe writer: a client that is gone is noticed, and nothing waits for it") {
  ::signal(SIGPIPE, SIG_IGN);
  Ends ends(GENERATE(false, true));
  PipeWriter writer(ends.write);
  ends.close_read();
  writer.send(message(1));
  CHECK(writer.is_broken());
  CHECK_FALSE(writer.flush(kLimit));
  CHECK(writer.queued_bytes() == 0);
}

TEST_CASE("pipe writer: the flags of the client's descriptor stay as they are") {
  Ends ends(false);
  const PipeWriter writer(ends.write);
  CHECK((::fcntl(ends.write, F_GETFL) & O_NONBLOCK) == 0);
}
