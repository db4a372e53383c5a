// SPDX-License-Identifier: MIT
// A workspace on the real disk for operations that are called directly, and a folder beside it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "ops/operations_fixture.hpp"

namespace loop::test {

class RealFolder {
 public:
  explicit RealFolder(const PosixFilesOptions& options = {});
  ~RealFolder();
  RealFolder(const RealFolder&) = delete;
  RealFolder& operator=(const RealFolder&) = delete;

  std::string root() const { return top_ + "/workspace"; }
  std::string outside() const { return top_ + "/outside"; }
  void put(const std::string& path, const std::string& content) const;
  std::string content(const std::string& path) const;  // empty when absent
  // Whether any file of the workspace has this in its content; links are not followed.
  bool holds_inside(const std::string& text) const;
  // Directories have an empty content; from the path outside of the workspace.
  std::map<std::string, std::string> outside_files() const;

  OperationContext context();
  Result<boost::json::object> call(std::string_view operation, const boost::json::object& given);
  Result<boost::json::object> call(std::string_view operation, std::string_view arguments);

 private:
  std::string top_;
  SystemClock clock_;
  SystemRandom random_;
  NullLog log_;
  std::unique_ptr<FileSystem> files_;
  std::optional<TimeLedger> time_;
  OperationsFixture fixture_;
};

}  // namespace loop::test
