// SPDX-License-Identifier: MIT
// One loop on the input, the signals and the parent.
#include "mcp/stdio/stdio_server.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mcp/server/session.hpp"
#include "mcp/server/task_table.hpp"
#include "mcp/stdio/pipe_writer.hpp"

namespace mcp {

namespace {

constexpr int kFirstPrivate = 10;  // above what programs use by number
constexpr int kLookMs = 200;       // while something is at work: for slow calls and a broken output
constexpr int kForever = -1;
constexpr int kDrainLookMs = 5;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

class StdioLoop {
 public:
  StdioLoop(Server& server, const ProtocolPipes& pipes, const StdioOptions& options)
      : server_(server),
        pipes_(pipes),
        options_(options),
        signals_(signal_descriptor()),
        parent_(static_cast<int>(::syscall(SYS_pidfd_open, ::getppid(), 0U))),
        writer_(std::make_shared<PipeWriter>(pipes.out)),
        session_(server, writer_),
        lines_(options.line_bytes_max) {}

  void run() {
    while (!is_over_) step();
    take_lines();
    if (auto rest = lines_.finish()) take(*rest);
    drain();
  }

 private:
  static int signal_descriptor() {
    const sigset_t set = ending_signals();
    return ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  }

  void step() {
    // While the client is this far behind, its requests stay in its own pipe.
    const bool is_behind = writer_->queued_bytes() > kQueueBytesMax;
    const bool is_idle = writer_->queued_bytes() == 0 && session_.in_flight() == 0;
    std::array<pollfd, 4> polled{{{is_behind ? -1 : pipes_.in, POLLIN, 0},
                                  {signals_.get(), POLLIN, 0},
                                  {parent_.get(), POLLIN, 0},
                                  {pipes_.out, 0, 0}}};  // tells when nobody reads any more
    const int ready = ::poll(polled.data(), polled.size(), is_idle ? kForever : kLookMs);
    if (ready < 0 && errno != EINTR) is_over_ = true;
    if (writer_->is_broken()) is_over_ = true;
    session_.promote_slow_calls();
    if (ready <= 0) return;
    if (polled[1].revents != 0 || polled[2].revents != 0) is_over_ = true;
    if (polled[0].revents != 0) {
      read_some();
    } else if (polled[3].revents != 0) {
      is_over_ = true;
    }
  }

  void read_some() {
    const ssize_t got = ::read(pipes_.in, chunk_.data(), chunk_.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (got <= 0) {
      is_over_ = true;
      return;
    }
    lines_.feed({chunk_.data(), static_cast<std::size_t>(got)});
    take_lines();
  }

  // What is answered at once is written together.
  void take_lines() {
    writer_->hold();
    while (auto line = lines_.next()) take(*line);
    writer_->release();
  }

  void take(const LineSplitter::Line& line) {
    if (line.is_too_long) {
      session_.receive_too_long(line.text, options_.line_bytes_max, writer_);
    } else if (line.text.find_first_not_of(" \t") != std::string::npos) {
      session_.receive(line.text, writer_);
    }
  }

  // A second signal, or a client that is gone, ends the wait.
  void drain() {
    session_.end_questions();
    for (int waited_ms = 0; waited_ms < options_.drain_ms; waited_ms += kDrainLookMs) {
      if (session_.in_flight() == 0 || writer_->is_broken()) break;
      signalfd_siginfo signal{};
      pollfd polled{signals_.get(), POLLIN, 0};
      if (::poll(&polled, 1, kDrainLookMs) > 0 &&
          ::read(signals_.get(), &signal, sizeof signal) > 0 && is_first_signal_taken_) {
        break;
      }
      is_first_signal_taken_ = true;
    }
    session_.end_subscriptions();
    session_.close();
    server_.tasks().cancel_all();
    writer_->flush(std::chrono::milliseconds{options_.drain_ms});
  }

  Server& server_;
  const ProtocolPipes pipes_;
  const StdioOptions options_;
  Descriptor signals_;
  Descriptor parent_;  // -1 where the kernel has no pidfd: then only the end of the input tells
  std::shared_ptr<PipeWriter> writer_;
  Session session_;
  LineSplitter lines_;
  std::array<char, 65536> chunk_{};
  bool is_over_ = false;
  bool is_first_signal_taken_ = false;
};

loop::Error stream_error(const char* what) { return loop::Error::from_errno(errno, what); }

}  // namespace

loop::Result<ProtocolPipes> take_standard_streams() {
  ProtocolPipes pipes;
  pipes.in = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, kFirstPrivate);
  if (pipes.in < 0) return stream_error("standard input");
  pipes.out = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, kFirstPrivate);
  if (pipes.out < 0) return stream_error("standard output");
  const Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (nothing.get() < 0) return stream_error("open /dev/null");
  if (::dup2(nothing.get(), STDIN_FILENO) < 0) return stream_error("standard input");
  const bool has_stderr = ::fcntl(STDERR_FILENO, F_GETFD) >= 0;
  if (::dup2(has_stderr ? STDERR_FILENO : nothing.get(), STDOUT_FILENO) < 0) {
    return stream_error("standard output");
  }
  return pipes;
}

void block_signals() {
  const sigset_t set = ending_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

void serve_stdio(Server& server, const ProtocolPipes& pipes, const StdioOptions& options) {
  StdioLoop(server, pipes, options).run();
}

}  // namespace mcp
