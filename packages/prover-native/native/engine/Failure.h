// Errors as they leave the engine: a stable code and two sentences, like VerimeshError's.
#pragma once
#include <stdexcept>
#include <string>

namespace verimesh {

struct Failure : std::runtime_error {
  Failure(std::string codeOfFailure, const std::string& message, std::string detailsOfFailure)
      : std::runtime_error(message), code(std::move(codeOfFailure)), details(std::move(detailsOfFailure)) {}
  std::string code;
  std::string details;
};

/** The caller's AbortSignal fired. */
struct Cancelled : std::exception {
  const char* what() const noexcept override { return "cancelled"; }
};

}  // namespace verimesh
