// SPDX-License-Identifier: Apache-2.0
// Work shared among threads. Results never depend on who does which part: every unit writes to its own place.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace reuse {

/// Thrown by for_each_unit where `stop_requested` says so.
struct Stopped {};

/// Asked between units by the thread that called a kernel; null where nobody may want to stop it.
inline thread_local bool (*stop_requested)() = nullptr;

/// Calls work(unit, scratch) once for each unit in [0, units), from up to `threads` threads, each with a scratch of
/// its own from make(). The first exception thrown is thrown again here once all threads have stopped.
template <class Make, class Work>
void for_each_unit(std::size_t units, int threads, Make&& make, Work&& work) {
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex failing;
    auto labour = [&] {
        try {
            auto scratch = make();
            for (std::size_t unit; (unit = next.fetch_add(1)) < units;) {
                work(unit, scratch);
                if (stop_requested && stop_requested()) throw Stopped{};
            }
        } catch (...) {
            const std::lock_guard lock(failing);
            if (!failure) failure = std::current_exception();
            next.store(units);
        }
    };
    const std::size_t workers = std::min<std::size_t>(static_cast<std::size_t>(std::max(threads, 1)), units);
    std::vector<std::thread> pool;
    try {
        for (std::size_t worker = 1; worker < workers; ++worker) pool.emplace_back(labour);
    } catch (...) {  // no more threads to be had: those that run do the work
    }
    labour();
    for (auto& thread : pool) thread.join();
    if (failure) std::rethrow_exception(failure);
}

/// The same for work that needs no scratch.
template <class Work>
void for_each_unit(std::size_t units, int threads, Work&& work) {
    struct Nothing {};
    for_each_unit(units, threads, [] { return Nothing{}; }, [&](std::size_t unit, Nothing) { work(unit); });
}

/// A point that units pass in their order, whichever threads do them.
class InOrder {
public:
    /// One unit's passage. A unit that fails before it comes there lets the next one go on all the same.
    class Turn {
    public:
        Turn(InOrder& order, std::size_t unit) : order_(order), unit_(unit) {}
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn() {
            if (!passed_) pass([] {});
        }

        /// Waits until all units before have passed, then calls work().
        template <class Work>
        void pass(Work&& work) {
            // Units take about as long, so the one before is nearly done: falling asleep would take longer.
            constexpr int patience = 1000;
            for (int i = 0; i < patience && order_.next_.load() != unit_; ++i) std::this_thread::yield();
            for (std::size_t next; (next = order_.next_.load()) != unit_;) order_.next_.wait(next);
            work();
            passed_ = true;
            order_.next_.store(unit_ + 1);
            order_.next_.notify_all();
        }

    private:
        InOrder& order_;
        std::size_t unit_;
        bool passed_ = false;
    };

private:
    std::atomic<std::size_t> next_{0};
};

}  // namespace reuse
