// SPDX-License-Identifier: MIT
// The seam for threads: work that one call may share out among several and waits for.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

namespace loop {

class SpareThreads {
 public:
  virtual ~SpareThreads() = default;

  // How many may help one call; 0 where there is one processor.
  virtual std::size_t count() const = 0;

  // Runs `help` on up to count() threads and meanwhile `own` on the caller's; returns when all have
  // ended. Fewer may come to help, or none: `own` has to be able to do all the work, and has to let
  // `help` end. What is thrown on any of them is thrown here afterwards. Thread-safe.
  virtual void run(const std::function<void()>& help, const std::function<void()>& own) = 0;
};

// Threads that are started for each call.
class SystemSpareThreads final : public SpareThreads {
 public:
  // One fewer than there are processors for this process, at most seven, where no count is given.
  explicit SystemSpareThreads(std::optional<std::size_t> count = std::nullopt);
  std::size_t count() const override { return count_; }
  void run(const std::function<void()>& help, const std::function<void()>& own) override;

 private:
  std::size_t count_;
};

}  // namespace loop
