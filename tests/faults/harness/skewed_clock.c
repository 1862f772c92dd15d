/* The clock that people set, as far off as the variable SKEW says: "SECONDS" or "SECONDS,JUMP,AFTER":
 * off by SECONDS, and by JUMP more once the process has lived for AFTER seconds. Clocks that count
 * from the start of the machine are left alone, as they are when somebody sets the clock. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static int (*real)(clockid_t, struct timespec *);
static double skew, jump, after, born;

static double steady(void)
{
    struct timespec now;
    real(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

__attribute__((constructor)) static void begin(void)
{
    real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    const char *given = getenv("SKEW");
    if (given)
        sscanf(given, "%lf,%lf,%lf", &skew, &jump, &after);
    born = steady();
}

int clock_gettime(clockid_t which, struct timespec *out)
{
    if (!real)
        begin();
    int status = real(which, out);
    if (!status && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
        out->tv_sec += (time_t)(skew + (jump && steady() - born >= after ? jump : 0));
    return status;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *out, void *zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}
