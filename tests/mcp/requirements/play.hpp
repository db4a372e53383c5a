// SPDX-License-Identifier: MIT
// A conversation in one revision, with a server that has everything: requirements are played on it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "mcp/conversation.hpp"

namespace mcp::test {

// What the tool "hook" does while it runs.
using Hook = std::function<void(Call& call)>;

// Tools echo, fail, throw, hook, rich, ask (the user, for a name), question (its arguments are the
// question) and job (a task always, which does what its argument "do" says); resources note://a
// (text) and note://b (bytes), made from a template; prompts greet and pictures; two entries a
// page.
ServerDefinition whole_definition(std::shared_ptr<Hook> hook = std::make_shared<Hook>());
// Tools only.
ServerDefinition bare_definition();

class Play {
 public:
  explicit Play(Revision spoken);
  Play(Revision spoken, ServerDefinition definition);

  bool is_modern() const { return mcp::is_modern(revision); }

  // A request as this revision has it, with the next id; params and meta are members of objects.
  std::string line(std::string_view method, std::string_view params = {},
                   std::string_view meta = {});
  void say(std::string_view method, std::string_view params = {}, std::string_view meta = {});
  // In whatever form.
  void notify(std::string_view method, std::string_view params = {});
  // One that its revision does not have, or has in another form.
  void say_wrong(std::string_view method, std::string_view params = {}, std::string_view meta = {});
  // The only answer; its result; the error's code of what may be a wrong request.
  boost::json::object ask(std::string_view method, std::string_view params = {},
                          std::string_view meta = {});
  boost::json::object result(std::string_view method, std::string_view params = {},
                             std::string_view meta = {});
  std::int64_t refusal(std::string_view method, std::string_view params = {},
                       std::string_view meta = {});
  // From here on the client declares these capabilities, as the text of an object.
  void declare(std::string_view capabilities);
  // What the server says it can do.
  boost::json::object capabilities();
  std::vector<boost::json::object> heard();

  // Everything the server sends when each of its methods is asked, rightly and wrongly, and when
  // everything changes.
  std::vector<boost::json::object> tour();

  const Revision revision;
  std::shared_ptr<Hook> hook = std::make_shared<Hook>();
  Conversation talk;
  std::int64_t last_id = 0;

 private:
  std::string declared_ = "{}";
};

// `"requestState":...` of a result that asks, for the next round.
std::string state_member(const boost::json::object& asked);
// Whether a key of `_meta` has the form that the specification wants.
bool is_meta_key(std::string_view key);
// The messages of one method.
std::vector<boost::json::object> of_method(const std::vector<boost::json::object>& messages,
                                           std::string_view method);
// All values of `_meta`, wherever they are.
std::vector<boost::json::object> metas_in(const boost::json::value& value);

}  // namespace mcp::test
