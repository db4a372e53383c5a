// SPDX-License-Identifier: MIT
// What a power cut may leave: the questions that it decides, and the disk that is found afterwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "loop/store/file_system.h"
#include "sim/sim_random.hpp"

namespace loop::sim {

// Decides, one question at a time. Of `choices` ways 0 is the one that keeps least, the last one
// that which keeps most.
class Fates {
 public:
  virtual ~Fates() = default;
  virtual std::size_t choose(std::size_t choices) = 0;
};

// Nothing is kept that was not synced.
class NothingKept final : public Fates {
 public:
  std::size_t choose(std::size_t) override { return 0; }
};

// By a seed, in one of four moods: each question at random; or most of them for keeping; or for
// losing; or all for keeping but a few.
class ChanceFates final : public Fates {
 public:
  explicit ChanceFates(std::uint64_t seed);
  std::size_t choose(std::size_t choices) override;

 private:
  SimRandom random_;
  std::uint64_t keep_percent_ = 0;
  std::uint64_t lose_percent_ = 0;
};

// All of them, one after the other: while (fates.next()) cut(fates).
class EveryFate final : public Fates {
 public:
  bool next();
  std::size_t choose(std::size_t choices) override;

 private:
  struct Question {
    std::size_t answer = 0;
    std::size_t choices = 1;
  };
  std::vector<Question> questions_;
  std::size_t asked_ = 0;
  bool has_begun_ = false;
};

// The disk that is found when the power is back.
struct DiskImage {
  struct Entry {
    FileKind kind = FileKind::regular;
    std::uint32_t permissions = 0;
    std::uint32_t owner = 0;
    std::uint32_t group = 0;
    std::int64_t modified_ns = 0;
    std::string data;  // of a file; the target of a link
  };
  std::map<std::string, Entry> entries;  // by path; a directory stands before what is in it

  // Of all paths and bytes.
  std::uint64_t hash() const;
};

}  // namespace loop::sim
