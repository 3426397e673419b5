// What a process asks of the disk: counted, written down, and stopped or failed at one of these calls.
//
// Preloaded (LD_PRELOAD) it stands before the functions of the C library by which files are made, written,
// renamed and taken away, of Python and of DuckDB alike. Nothing is done about any of them until calls_watch()
// names a folder; then those on what is below it count. (Not seen: writev, sendfile, copy_file_range, link,
// renameat2 and fallocate, which nothing here calls.) tests/trials/calls.py builds it and says what to do.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>

namespace {

// As in tests/trials/calls.py.
enum How { NOTHING, KILL_BEFORE, KILL_HALFWAY, KILL_AFTER, TERMINATE, FAIL_ONCE, FAIL_FROM_HERE };

std::string root;
int log_file = -1;
long next_call = 0, stop_at = -1;
How how = NOTHING;
int fault = 0;
std::mutex one_at_a_time;
std::atomic<bool> is_watching{false};

struct Record {
    char kind;
    char has_made;
    std::int64_t inode, offset, size, path, other;
};

void write_all(const void* from, std::size_t size) {
    auto left = static_cast<const char*>(from);
    while (size) {
        long done = syscall(SYS_write, log_file, left, size);
        if (done <= 0) _exit(99);
        left += done;
        size -= static_cast<std::size_t>(done);
    }
}

// Whether a path is the folder that is watched, or below it.
bool is_below(const std::string& path) {
    return path.compare(0, root.size(), root) == 0 && (path.size() == root.size() || path[root.size()] == '/');
}

std::string path_of(int descriptor) {
    char name[64], found[PATH_MAX];
    std::snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    long size = syscall(SYS_readlink, name, found, sizeof found);
    return size < 0 ? "" : std::string(found, static_cast<std::size_t>(size));
}

// The path that a call names, from the root of the file system; its folder is looked up, itself it need not be.
std::string absolute(int folder, const char* name) {
    std::string path(name);
    if (!path.empty() && path[0] == '/') return path;
    if (folder != AT_FDCWD) return path_of(folder) + "/" + path;
    char here[PATH_MAX];
    return syscall(SYS_getcwd, here, sizeof here) < 0 ? path : std::string(here) + "/" + path;
}

std::int64_t inode_of(const std::string& path) {
    struct stat found;
    return lstat(path.c_str(), &found) ? 0 : static_cast<std::int64_t>(found.st_ino);
}

void note(char kind, const std::string& path, const std::string& other, std::int64_t inode, std::int64_t offset,
          const void* data, std::size_t size, bool has_made) {
    if (log_file < 0) return;
    Record record{};
    record.kind = kind;
    record.has_made = has_made;
    record.inode = inode;
    record.offset = offset;
    record.size = static_cast<std::int64_t>(size);
    record.path = static_cast<std::int64_t>(path.size());
    record.other = static_cast<std::int64_t>(other.size());
    write_all(&record, sizeof record);
    write_all(path.data(), path.size());
    write_all(other.data(), other.size());
    if (data) write_all(data, size);
}

long failed(int code) {
    errno = code;
    return -1;
}

// Makes one call, after or before what is to happen at its number.
template <class Act, class Half>
long made(char kind, Act act, Half half) {
    long number = next_call++;
    bool is_here = number == stop_at;
    if (is_here && how == KILL_BEFORE) raise(SIGKILL);
    if (is_here && how == TERMINATE) raise(SIGTERM);
    if (is_here && how == KILL_HALFWAY) {
        half();
        raise(SIGKILL);
    }
    // What takes no room does not fail for want of it.
    bool can_fail = !std::strchr("ud", kind) || (fault != ENOSPC && fault != EDQUOT);
    if (can_fail && ((is_here && how == FAIL_ONCE) || (stop_at >= 0 && number >= stop_at && how == FAIL_FROM_HERE)))
        return failed(fault);
    long result = act();
    if (is_here && how == KILL_AFTER) raise(SIGKILL);
    return result;
}

template <class Act>
long made(char kind, Act act) {
    return made(kind, act, [] {});
}

long opened(int folder, const char* name, int flags, mode_t mode) {
    auto plain = [&] { return syscall(SYS_openat, folder, name, flags, mode); };
    if (!is_watching || !(flags & (O_CREAT | O_TRUNC)) || (flags & O_TMPFILE) == O_TMPFILE) return plain();
    std::lock_guard<std::mutex> lock(one_at_a_time);
    std::string path = absolute(folder, name);
    if (!is_below(path)) return plain();
    bool was_there = inode_of(path) != 0;
    return made('o', [&] {
        long result = plain();
        if (result >= 0) note('o', path, "", inode_of(path), 0, nullptr, flags & O_TRUNC ? 1 : 0, !was_there);
        return result;
    });
}

// What is done to an open file.
template <class Plain, class Half>
long on_file(char kind, int file, std::int64_t offset, const void* data, std::size_t size, Plain plain, Half half) {
    if (!is_watching || file == log_file) return plain();
    int before = errno;
    std::lock_guard<std::mutex> lock(one_at_a_time);
    std::string path = path_of(file);
    struct stat found;
    if (!is_below(path) || fstat(file, &found)) {
        errno = before;
        return plain();
    }
    if (kind == 'w' && offset < 0) {
        bool is_appending = syscall(SYS_fcntl, file, F_GETFL) & O_APPEND;
        offset = is_appending ? found.st_size : syscall(SYS_lseek, file, 0, SEEK_CUR);
    }
    errno = before;
    return made(
        kind,
        [&] {
            long result = plain();
            if (result >= 0) {
                std::size_t kept = kind == 'w' ? static_cast<std::size_t>(result) : size;
                note(kind, path, "", static_cast<std::int64_t>(found.st_ino), offset, data, kept, false);
            }
            return result;
        },
        half);
}

// What is done to a name.
template <class Plain>
int on_name(char kind, int folder, const char* name, int other_folder, const char* other, Plain plain) {
    if (!is_watching) return static_cast<int>(plain());
    std::lock_guard<std::mutex> lock(one_at_a_time);
    std::string path = absolute(folder, name), to = other ? absolute(other_folder, other) : "";
    if (!is_below(path)) return static_cast<int>(plain());
    std::int64_t inode = inode_of(path);
    return static_cast<int>(made(kind, [&] {
        long result = plain();
        if (result >= 0) note(kind, path, to, inode ? inode : inode_of(path), 0, nullptr, 0, kind == 'm');
        return result;
    }));
}

}  // namespace

extern "C" {

// From here on count calls on what is below a folder, and write them down in a file, if one is named.
void calls_watch(const char* folder, const char* log) {
    root = folder;
    if (*log) log_file = static_cast<int>(syscall(SYS_openat, AT_FDCWD, log, O_CREAT | O_WRONLY | O_APPEND, 0600));
    next_call = 0;
    is_watching = true;
}

// Have something happen at the call of this number, the first being 0.
void calls_stop(long number, int what, int code) {
    stop_at = number;
    how = static_cast<How>(what);
    fault = code;
}

// How many calls there were.
int open(const char* name, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return static_cast<int>(opened(AT_FDCWD, name, flags, mode));
}

int open64(const char* name, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return static_cast<int>(opened(AT_FDCWD, name, flags, mode));
}

int openat(int folder, const char* name, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return static_cast<int>(opened(folder, name, flags, mode));
}

int openat64(int folder, const char* name, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return static_cast<int>(opened(folder, name, flags, mode));
}

ssize_t write(int file, const void* data, size_t size) {
    return on_file(
        'w', file, -1, data, size, [&] { return syscall(SYS_write, file, data, size); },
        [&] { syscall(SYS_write, file, data, size / 2); });
}

ssize_t pwrite(int file, const void* data, size_t size, off_t offset) {
    return on_file(
        'w', file, offset, data, size, [&] { return syscall(SYS_pwrite64, file, data, size, offset); },
        [&] { syscall(SYS_pwrite64, file, data, size / 2, offset); });
}

ssize_t pwrite64(int file, const void* data, size_t size, off64_t offset) { return pwrite(file, data, size, offset); }

int ftruncate(int file, off_t size) noexcept {
    auto plain = [&] { return syscall(SYS_ftruncate, file, size); };
    return static_cast<int>(on_file('t', file, size, nullptr, 0, plain, [] {}));
}

int ftruncate64(int file, off64_t size) noexcept { return ftruncate(file, size); }

int fsync(int file) {
    auto plain = [&] { return syscall(SYS_fsync, file); };
    return static_cast<int>(on_file('s', file, 0, nullptr, 0, plain, [] {}));
}

int fdatasync(int file) {
    auto plain = [&] { return syscall(SYS_fdatasync, file); };
    return static_cast<int>(on_file('s', file, 0, nullptr, 0, plain, [] {}));
}

int rename(const char* from, const char* to) noexcept {
    return on_name('r', AT_FDCWD, from, AT_FDCWD, to, [&] { return syscall(SYS_rename, from, to); });
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
    auto plain = [&] { return syscall(SYS_renameat, from_folder, from, to_folder, to); };
    return on_name('r', from_folder, from, to_folder, to, plain);
}

int unlink(const char* name) noexcept {
    return on_name('u', AT_FDCWD, name, 0, nullptr, [&] { return syscall(SYS_unlink, name); });
}

int unlinkat(int folder, const char* name, int flags) noexcept {
    auto plain = [&] { return syscall(SYS_unlinkat, folder, name, flags); };
    return on_name(flags & AT_REMOVEDIR ? 'd' : 'u', folder, name, 0, nullptr, plain);
}

int rmdir(const char* name) noexcept {
    return on_name('d', AT_FDCWD, name, 0, nullptr, [&] { return syscall(SYS_rmdir, name); });
}

int mkdir(const char* name, mode_t mode) noexcept {
    return on_name('m', AT_FDCWD, name, 0, nullptr, [&] { return syscall(SYS_mkdir, name, mode); });
}
}
