/*
 * The floor: how fast a C program submits batch jobs through the same libslurm, with the same request and the same
 * environment as srunx sends.
 *
 *   submit JOBS THREADS PARTITION      prints submissions a second
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static atomic_int left;
static const char *partition;
static char folder[4096];

static void *submit(void *unused)
{
	char *argv[] = { "bench", NULL };
	uint32_t variables = 0;

	(void) unused;
	while (environ[variables])
		variables++;
	while (atomic_fetch_sub(&left, 1) > 0) {
		job_desc_msg_t desc;
		submit_response_msg_t *reply = NULL;

		slurm_init_job_desc_msg(&desc);
		desc.user_id = getuid();
		desc.group_id = getgid();
		desc.name = "bench";
		desc.script = "#!/bin/sh\ntrue\n";
		desc.argc = 1;
		desc.argv = argv;
		desc.environment = environ;
		desc.env_size = variables;
		desc.work_dir = folder;
		desc.std_in = "/dev/null";
		desc.std_out = "/dev/null";
		desc.partition = (char *) partition;
		desc.min_nodes = desc.max_nodes = 1;
		desc.num_tasks = 1;
		desc.min_cpus = 1;
		desc.contiguous = 0;
		if (slurm_submit_batch_job(&desc, &reply)) {
			fprintf(stderr, "submit: %s\n", slurm_strerror(errno));
			exit(1);
		}
		slurm_free_submit_response_response_msg(reply);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct timespec start, end;
	pthread_t threads[64];
	int jobs, count;

	if (argc != 4 || (jobs = atoi(argv[1])) < 1 || (count = atoi(argv[2])) < 1 || count > 64) {
		fprintf(stderr, "usage: submit JOBS THREADS PARTITION\n");
		return 2;
	}
	partition = argv[3];
	if (!getcwd(folder, sizeof(folder)))
		return 1;
	slurm_init(NULL);
	atomic_store(&left, jobs);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (int i = 0; i < count; i++)
		pthread_create(&threads[i], NULL, submit, NULL);
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%.1f\n", jobs / ((end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec) / 1e9));
	return 0;
}
