// SPDX-License-Identifier: MIT
// Resources: text, bytes, one to subscribe to, and a template.
#include <boost/json.hpp>

#include "conformance/fixture.hpp"
#include "conformance/fixture_values.hpp"

namespace mcp::conformance {

namespace json = boost::json;

namespace {

using Found = std::optional<std::vector<ResourceContents>>;

constexpr std::string_view kTemplateBegin = "test://template/";
constexpr std::string_view kTemplateEnd = "/data";

// The id of a URI of the template; nothing for another URI.
std::optional<std::string> id_in(std::string_view uri) {
  if (!uri.starts_with(kTemplateBegin) || !uri.ends_with(kTemplateEnd)) return std::nullopt;
  uri.remove_prefix(kTemplateBegin.size());
  if (uri.size() <= kTemplateEnd.size()) return std::nullopt;
  uri.remove_suffix(kTemplateEnd.size());
  if (uri.find('/') != std::string_view::npos) return std::nullopt;
  return std::string(uri);
}

class FixtureResources final : public ResourceSource {
 public:
  std::vector<Resource> list() override {
    return {{.uri = "test://static-text",
             .name = "static-text",
             .description = "A text that never changes",
             .mime_type = "text/plain"},
            {.uri = "test://static-binary",
             .name = "static-binary",
             .description = "An image that never changes",
             .mime_type = "image/png"},
            {.uri = "test://watched-resource",
             .name = "watched-resource",
             .description = "A text to subscribe to",
             .mime_type = "text/plain"}};
  }

  std::vector<ResourceTemplate> templates() override {
    return {{.uri_template = "test://template/{id}/data",
             .name = "template",
             .description = "Data of an id",
             .mime_type = "application/json"}};
  }

  Reply<Found> read(Call&, const std::string& uri) override {
    ResourceContents contents{.uri = uri, .mime_type = "text/plain"};
    if (uri == "test://static-text") {
      contents.text = "This is the content of the static text resource.";
    } else if (uri == "test://watched-resource") {
      contents.text = "This is the content of the watched resource.";
    } else if (uri == "test://static-binary") {
      contents.mime_type = "image/png";
      contents.blob_base64 = kPixelPng;
    } else if (const auto id = id_in(uri)) {
      contents.mime_type = "application/json";
      contents.text = json::serialize(
          json::object{{"id", *id}, {"templateTest", true}, {"data", "Data for ID: " + *id}});
    } else {
      return Found{};
    }
    return Found{{std::move(contents)}};
  }

  Completion complete(const std::string&, const std::string&, const std::string& begun,
                      const CompletionContext&) override {
    return begun.empty() ? Completion{.values = {"123"}} : Completion{};
  }
};

}  // namespace

std::shared_ptr<ResourceSource> make_resources() { return std::make_shared<FixtureResources>(); }

}  // namespace mcp::conformance
