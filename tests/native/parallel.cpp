// SPDX-License-Identifier: Apache-2.0
// Length: 60
// Share: 0.8
// `for_each_unit` and `InOrder` against what they promise: every unit once, turns in their order, and ends.
#include "parallel.hpp"

#include <dlfcn.h>
#include <pthread.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <set>

#include "input.hpp"

namespace {

/// Threads that the system still gives.
std::atomic<int> threads_left{1 << 30};

using Create = int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);

}  // namespace

// The sanitizers' own, where there are any.
extern "C" int __interceptor_pthread_create(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)
    __attribute__((weak));

// In the place of the system's, so that it can refuse.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*), void* with) {
    if (threads_left.fetch_sub(1) <= 0) return EAGAIN;
    static auto* const system = reinterpret_cast<Create*>(dlsym(RTLD_NEXT, "pthread_create"));
    auto* const create = __interceptor_pthread_create ? &__interceptor_pthread_create : system;
    return create(thread, attributes, run, with);
}

namespace {

/// Thrown by the unit that it names.
struct Failed {
    std::size_t unit;
};

/// What happens in one call.
struct Plan {
    std::size_t units;
    int threads, given;
    std::set<std::size_t> fail_before, fail_in_turn, fail_behind;
    bool in_turns, slow, make_fails;
    std::size_t stop_after;  // units of the calling thread; more than there are: never

    explicit Plan(Input& input)
        : units(input.byte() % 24),
          threads(static_cast<int>(input.byte() % 5) - 1),
          given(input.byte() % 4 ? 1 << 30 : input.byte() % 3),
          in_turns(input.byte() % 2),
          slow(input.byte() == 255),
          make_fails(input.byte() % 32 == 31),
          stop_after(input.byte() % 4 ? 1'000 : input.byte() % 24U) {
        for (std::size_t failing = input.byte() % 4; failing > 0; --failing) {
            std::set<std::size_t>* const where[] = {&fail_before, &fail_in_turn, &fail_behind};
            where[input.byte() % 3]->insert(input.byte() % 24);
        }
    }

    bool fails(std::size_t unit) const {
        return fail_before.contains(unit) || (in_turns && fail_in_turn.contains(unit)) || fail_behind.contains(unit);
    }
};

thread_local std::size_t asked = 0, stop_after = 0;

/// What one call came to.
struct Course {
    std::vector<std::atomic<int>> done;
    std::atomic<std::size_t> made{0}, failures{0};
    std::vector<std::size_t> passed;  // written in turns alone
    bool failed = false, stopped = false;

    explicit Course(const Plan& plan) : done(plan.units) {
        asked = 0;
        stop_after = plan.stop_after;
        reuse::stop_requested = [] { return ++asked > stop_after; };
        threads_left = plan.given;
        try {
            run(plan);
        } catch (const Failed& failure) {
            failed = true;
            must(plan.make_fails || plan.fails(failure.unit), "a unit that fails");
        } catch (const reuse::Stopped&) {
            stopped = true;
        }
        threads_left = 1 << 30;
        reuse::stop_requested = nullptr;
    }

private:
    void run(const Plan& plan) {
        reuse::InOrder order;
        if (!plan.in_turns && !plan.make_fails) {
            return reuse::for_each_unit(plan.units, plan.threads, [&](std::size_t unit) { work(plan, unit, order); });
        }
        const auto make = [&] {
            if (made.fetch_add(1) == 1 && plan.make_fails) throw_for(plan.units);
            return std::vector<int>();
        };
        reuse::for_each_unit(plan.units, plan.threads, make,
                             [&](std::size_t unit, std::vector<int>&) { work(plan, unit, order); });
    }

    void throw_for(std::size_t unit) {
        ++failures;
        throw Failed{unit};
    }

    void work(const Plan& plan, std::size_t unit, reuse::InOrder& order) {
        ++done[unit];
        if (!plan.in_turns) {
            if (plan.fails(unit)) throw_for(unit);
            return;
        }
        reuse::InOrder::Turn turn(order, unit);
        if (plan.slow && unit == 0) std::this_thread::sleep_for(std::chrono::milliseconds(60));
        if (plan.fail_before.contains(unit)) throw_for(unit);
        turn.pass([&] {
            if (plan.fail_in_turn.contains(unit)) throw_for(unit);
            passed.push_back(unit);
        });
        if (plan.fail_behind.contains(unit)) throw_for(unit);
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const Plan plan(input);
    const Course course(plan);
    must(course.failed == (course.failures > 0 && !course.stopped), "who fails is heard, and nobody else");
    must(course.made <= std::min<std::size_t>(plan.units, std::max(plan.threads, 1)) + (plan.units == 0),
         "no more threads than are asked for, or than there are units");
    std::size_t done = 0;
    bool gap = false;
    for (const auto& times : course.done) {
        must(times <= 1, "no unit twice");
        must(!times || !gap, "units are begun in their order");
        gap = gap || !times;
        done += static_cast<std::size_t>(times);
    }
    must(course.failed || course.stopped || done == plan.units, "every unit");
    must(std::is_sorted(course.passed.begin(), course.passed.end()), "turns in their order");
    if (plan.in_turns && !course.failures) must(course.passed.size() == done, "everybody has a turn");
    return 0;
}
