// SPDX-License-Identifier: MIT
// A stand-in for the services behind real coding agents: HTTP on a loopback port, with one fixed
// answer in the form of each provider.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace loop::test {

class ModelService {
 public:
  // Listens at once. `status` 200 answers; any other one refuses each request with it.
  explicit ModelService(int status = 200);
  ~ModelService();
  ModelService(const ModelService&) = delete;
  ModelService& operator=(const ModelService&) = delete;

  std::string url() const;                    // "http://127.0.0.1:<port>"
  std::vector<std::string> requests() const;  // bodies of POST requests so far

 private:
  void serve();
  void answer(int connection);

  int status_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> is_ending_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<std::thread> connections_;
  std::thread acceptor_;
};

}  // namespace loop::test
