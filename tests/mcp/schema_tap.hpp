// SPDX-License-Identifier: MIT
// Holds every message of a conversation against the official schema of its revision.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "mcp/json_schema.hpp"
#include "mcp/protocol/revision.hpp"

namespace mcp::test {

class SchemaTap {
 public:
  // False where the schemas are not at hand: then nothing is checked, which the test says.
  static bool is_available();

  // Messages of the server, each with what the client had asked, in order. A finding fails the
  // test.
  void note_request(const boost::json::object& message, Revision revision);
  void check_from_server(const boost::json::object& message);

 private:
  struct Asked {
    std::string method;
    Revision revision;
  };
  const JsonSchema& schema(Revision revision);
  std::vector<std::string> check_response(const boost::json::object& message);
  static void check_negatives(const boost::json::object& message, Revision revision);

  std::map<Revision, std::unique_ptr<JsonSchema>> schemas_;
  std::map<std::string, Asked> asked_;  // by the serialized id
  Revision last_ = kNewestLegacy;
};

}  // namespace mcp::test
