// SPDX-License-Identifier: MIT
// Paths that try to leave a workspace, and the canaries around it that none of them may reach.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace loop::test {

// Folders beside the workspace with files of a known content, and links of all kinds to them in it.
class PathTraps {
 public:
  // `root` is the workspace's.
  explicit PathTraps(const std::string& root);

  // Texts that no answer may hold: contents and names from outside.
  const std::vector<std::string>& canaries() const { return canaries_; }
  // Every file outside is as it was, and there is none more.
  std::map<std::string, std::string> outside() const;
  const std::map<std::string, std::string>& outside_at_first() const { return first_; }
  // Combinations of ways up, of places to go to, and of ends.
  const std::vector<std::string>& payloads() const { return payloads_; }

 private:
  void make_links() const;
  void make_payloads();

  std::string root_, top_;
  std::vector<std::string> canaries_;
  std::vector<std::string> payloads_;
  std::map<std::string, std::string> first_;
};

}  // namespace loop::test
