#include "neural/train/workers/gradient_sums.h"

#include <functional>
#include <utility>

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

namespace cantus::train {
namespace {

using torch::autograd::FunctionPostHook;
using torch::autograd::Node;
using torch::autograd::variable_list;

constexpr std::int64_t kBucket = 1 << 19;  // floats; a message of two megabytes fills a network

struct Bucket {
  at::Tensor gradients;
  int parameters = 0;
  int missing = 0;  ///< in the pass under way
};

}  // namespace

struct GradientSums::State {
  explicit State(Workers& all) : workers(all) {}

  void gradient_is_there(std::size_t bucket) {
    if (!armed || --buckets[bucket].missing > 0) return;
    workers.start_sum(buckets[bucket].gradients);
    ++begun;
  }

  Workers& workers;
  std::vector<Bucket> buckets;
  std::vector<std::shared_ptr<Node>> accumulators;  ///< else they would go, and the hooks with them
  bool armed = false;
  std::size_t begun = 0;
};

namespace {

class WhenThere : public FunctionPostHook {
 public:
  explicit WhenThere(std::function<void()> told) : told_(std::move(told)) {}
  variable_list operator()(const variable_list& outputs, const variable_list&) override {
    told_();
    return outputs;
  }

 private:
  std::function<void()> told_;
};

}  // namespace

GradientSums::GradientSums(Workers& workers,
                           const std::vector<at::Tensor>& parameters,
                           const at::Tensor& gradients)
    : state_(std::make_unique<State>(workers)) {
  std::int64_t at = 0;
  std::int64_t from = 0;
  Bucket bucket;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto accumulator = torch::autograd::impl::grad_accumulator(parameters[i]);
    accumulator->add_post_hook(
        std::make_unique<WhenThere>([state = state_.get(), place = state_->buckets.size()] {
          state->gradient_is_there(place);
        }));
    state_->accumulators.push_back(accumulator);
    at += parameters[i].numel();
    ++bucket.parameters;
    // The gains lie after the matrices and are complete only when the pass is nearly over.
    const bool last = i + 1 == parameters.size();
    if (!last && at - from < kBucket && parameters[i].dim() == parameters[i + 1].dim()) continue;
    bucket.gradients = gradients.narrow(0, from, at - from);
    state_->buckets.push_back(std::exchange(bucket, {}));
    from = at;
  }
}

GradientSums::~GradientSums() = default;

void GradientSums::arm() {
  for (Bucket& bucket : state_->buckets)
    bucket.missing = bucket.parameters;
  state_->begun = 0;
  state_->armed = true;
}

Result<void> GradientSums::finish() {
  state_->armed = false;
  return state_->workers.finish_sums();
}

std::size_t GradientSums::buckets() const {
  return state_->buckets.size();
}

std::size_t GradientSums::begun() const {
  return state_->begun;
}

}  // namespace cantus::train
