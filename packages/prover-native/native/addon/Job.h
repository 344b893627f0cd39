// Work that runs on a thread of its own, away from the event loop, and settles a promise.
#pragma once
#include <node_api.h>
#include <functional>
#include <thread>
#include "../engine/Control.h"

namespace verimesh {

inline napi_value undefined(napi_env env) {
  napi_value value;
  napi_get_undefined(env, &value);
  return value;
}

inline napi_value textOf(napi_env env, const std::string& text) {
  napi_value value;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

/** A JavaScript Error with `code` and `details`. */
inline napi_value errorOf(napi_env env, const std::string& code, const std::string& message, const std::string& details) {
  napi_value error;
  napi_create_error(env, textOf(env, code), textOf(env, message), &error);
  napi_set_named_property(env, error, "details", textOf(env, details));
  return error;
}

/** Turns whatever an engine threw into a JavaScript Error. Called within a catch block. */
inline napi_value currentError(napi_env env) {
  try {
    throw;
  } catch (const Failure& failure) {
    return errorOf(env, failure.code, failure.what(), failure.details);
  } catch (const Cancelled&) {
    return errorOf(env, "ABORTED", "The work was aborted.", "");
  } catch (const std::bad_alloc&) {
    return errorOf(env, "PROVING_FAILED", "There is not enough memory.", "Use a smaller circuit or a larger machine.");
  } catch (const std::exception& error) {
    return errorOf(env, "PROVING_FAILED", "The native prover failed.", error.what());
  }
}

/**
 * One job. `work` runs on the thread; it returns what makes the result on the event loop's side. Values that must live as long are
 * held by reference. Lives until the promise is settled, or until the environment ends: then the work is cancelled and waited for.
 */
class Job {
 public:
  using Finish = std::function<napi_value(napi_env)>;
  using Work = std::function<Finish(Control&)>;

  /** @param control what `createControl` made  @param held an object that must not be collected meanwhile */
  static napi_value start(napi_env env, std::shared_ptr<Control> control, napi_value held, Work work) {
    Job* job = new Job{};
    job->control_ = std::move(control);
    job->work_ = std::move(work);
    napi_value promise, name = textOf(env, "verimesh.prover");
    napi_create_promise(env, &job->deferred_, &promise);
    napi_create_reference(env, held, 1, &job->held_);
    napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, job, settle, &job->done_);
    napi_add_env_cleanup_hook(env, abandon, job);
    job->thread_ = std::thread([job] {
      try {
        job->finish_ = job->work_(*job->control_);
      } catch (...) {
        job->failure_ = std::current_exception();
      }
      napi_call_threadsafe_function(job->done_, nullptr, napi_tsfn_blocking);
    });
    return promise;
  }

 private:
  std::shared_ptr<Control> control_;
  Work work_;
  Finish finish_;
  std::exception_ptr failure_;
  std::thread thread_;
  napi_deferred deferred_ = nullptr;
  napi_ref held_ = nullptr;
  napi_threadsafe_function done_ = nullptr;

  static void settle(napi_env env, napi_value, void* context, void*) {
    Job* job = static_cast<Job*>(context);
    if (env == nullptr) return;
    job->thread_.join();
    napi_remove_env_cleanup_hook(env, abandon, job);
    napi_value value = nullptr;
    bool resolved = false;
    try {
      if (job->failure_) std::rethrow_exception(job->failure_);
      value = job->finish_(env);
      resolved = true;
    } catch (...) {
      value = currentError(env);
    }
    if (resolved) napi_resolve_deferred(env, job->deferred_, value);
    else napi_reject_deferred(env, job->deferred_, value);
    napi_delete_reference(env, job->held_);
    napi_release_threadsafe_function(job->done_, napi_tsfn_release);
    delete job;
  }

  /** The environment ends before the job. */
  static void abandon(void* data) {
    Job* job = static_cast<Job*>(data);
    job->control_->cancel();
    job->thread_.join();
  }
};

}  // namespace verimesh
