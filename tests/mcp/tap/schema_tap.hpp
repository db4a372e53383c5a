// SPDX-License-Identifier: MIT
// Holds every message of a conversation against the official schema of its revision.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "mcp/tap/json_schema.hpp"
#include "mcp/protocol/revision.hpp"

namespace mcp::test {

// Of a client's message: the modern one where it says so, else `legacy`.
Revision revision_of(const boost::json::object& message, Revision legacy = kNewestLegacy);

class SchemaTap {
 public:
  // False where the schemas are not at hand: then nothing is checked, which the test says.
  static bool is_available();

  // Both directions, in order, so that each answer is held against what was asked. A finding fails
  // the test.
  void check_from_client(const boost::json::object& message, Revision revision);
  void check_from_server(const boost::json::object& message);
  // A message that is wrong on purpose: only its id and method count.
  void note_request(const boost::json::object& message, Revision revision);

 private:
  struct Asked {
    std::string method;
    Revision revision;
  };
  const JsonSchema& schema(Revision revision);
  // The extension's where it knows the method.
  const JsonSchema& schema_of(std::string_view method, Revision revision);
  std::vector<std::string> check_result(const Asked& asked, const boost::json::value& result);
  std::vector<std::string> check_response(const boost::json::object& message);
  static void check_negatives(const boost::json::object& message, Revision revision);

  std::map<Revision, std::unique_ptr<JsonSchema>> schemas_;
  std::unique_ptr<JsonSchema> tasks_;
  std::map<std::string, Asked> asked_;  // by the client: by the serialized id
  std::map<std::string, Asked> asked_by_server_;
  Revision last_ = kNewestLegacy;
};

}  // namespace mcp::test
