// SPDX-License-Identifier: MIT
// The part of JSON Schema that the protocol's schemas use. An unknown keyword is a finding, so that
// nothing is passed over in silence.
#pragma once

#include <string>
#include <vector>

#include <boost/json.hpp>

namespace mcp::test {

class JsonSchema {
 public:
  // A document with its definitions under "$defs" or "definitions".
  explicit JsonSchema(boost::json::object document);

  const boost::json::object& definitions() const;
  bool has(std::string_view definition) const { return definitions().contains(definition); }

  // What is wrong with the value: "/params/level: not one of the enum", empty when nothing is.
  std::vector<std::string> check(std::string_view definition,
                                 const boost::json::value& value) const;

 private:
  void check(const boost::json::value& schema, const boost::json::value& value,
             const std::string& at, std::vector<std::string>& findings) const;
  void check_object(const boost::json::object& schema, const boost::json::object& value,
                    const std::string& at, std::vector<std::string>& findings) const;
  bool accepts(const boost::json::value& schema, const boost::json::value& value) const;

  boost::json::object document_;
};

}  // namespace mcp::test
