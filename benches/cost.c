/*
 * What a command costs as a whole process, its output thrown away.
 *
 *   cost COMMAND [ARGUMENT…]      prints seconds, kilobytes of memory at most, exit code
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	posix_spawn_file_actions_t files;
	struct rusage usage;
	pid_t pid;
	int status;
	double start;

	if (argc < 2)
		return 2;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	start = now();
	if (posix_spawnp(&pid, argv[1], &files, NULL, argv + 1, environ)) {
		perror(argv[1]);
		return 1;
	}
	if (wait4(pid, &status, 0, &usage) != pid)
		return 1;
	printf("%.6f %ld %d\n", now() - start, usage.ru_maxrss,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}
