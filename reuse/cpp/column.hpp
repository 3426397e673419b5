// SPDX-License-Identifier: Apache-2.0
// Large arrays for results: reserved for the most there can be, touched only as far as they are filled.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <new>
#include <utility>

namespace reuse {

/// An array of at most `room` values that grows from its front. Its memory comes from the system in large pages:
/// on virtual machines page faults, at four kilobytes each, cost more than tokenising what fills the page.
template <class T>
class Column {
public:
    explicit Column(std::size_t room) : reserved_(pages(room * sizeof(T))) {
        void* const p =
            mmap(nullptr, reserved_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (p == MAP_FAILED) throw std::bad_alloc();
        data_ = static_cast<T*>(p);
#ifdef MADV_HUGEPAGE
        if (reserved_ >= large) madvise(p, reserved_, MADV_HUGEPAGE);
#endif
    }
    Column(Column&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), reserved_(other.reserved_), size_(other.size_) {}
    Column& operator=(Column&&) = delete;
    ~Column() {
        if (data_) munmap(data_, reserved_);
    }

    std::size_t size() const { return size_; }
    T* data() const { return data_; }

    /// Writes a run of values to their place; several threads may, each to its own.
    void write(std::size_t at, const T* values, std::size_t count) {
        if (count) std::memcpy(data_ + at, values, count * sizeof(T));
    }

    /// Says how many values there are, and gives back what lies behind them.
    void finish(std::size_t size) {
        size_ = size;
        const std::size_t kept = pages(size * sizeof(T));
        if (kept < reserved_) munmap(reinterpret_cast<char*>(data_) + kept, reserved_ - kept);
        reserved_ = kept;
    }

private:
    static constexpr std::size_t large = std::size_t{4} << 20;

    static std::size_t pages(std::size_t bytes) {
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        return (bytes / page + 1) * page;
    }

    T* data_;
    std::size_t reserved_;
    std::size_t size_ = 0;
};

}  // namespace reuse
