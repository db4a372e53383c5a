// SPDX-License-Identifier: MIT
// Notices what anybody changed in the workspace's files, and tells the server's clients.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "mcp/server/server.hpp"
#include "workspace_calls.hpp"

namespace loop_mcp {

// Looks at six files once a second: it works on every file system, and needs no events that a
// container may refuse. Borrows both.
class ChangeWatch {
 public:
  ChangeWatch(mcp::Server& server, WorkspaceCalls& calls);
  ~ChangeWatch();
  ChangeWatch(const ChangeWatch&) = delete;
  ChangeWatch& operator=(const ChangeWatch&) = delete;

 private:
  void run();
  void look();
  void tell(const std::string& path);
  std::string stamp_of(const std::string& path);

  mcp::Server& server_;
  WorkspaceCalls& calls_;
  std::map<std::string, std::string> stamps_;  // by path
  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace loop_mcp
