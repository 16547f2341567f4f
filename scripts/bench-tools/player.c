// Plays recordings on uinput scanners, all at once, with the recordings' own times: what the hardware test's area `corpus` types with.
//
//   player VENDOR:PRODUCT:FILE…
//
// FILE has lines `E: SECONDS.MICROS TYPE CODE VALUE`, type and code in hexadecimal. Prints `plugged` once all scanners are there, plays on a line on
// standard input, and prints `played NUMBER NS` for each (from 0): by how much a pause was too long at the most. The scanners stay until standard
// input ends.

#include "keyboard.h"
#include <pthread.h>

enum { MAX_PLAYERS = 64, PACKET = 256 };

struct player {
    int number, keyboard;
    size_t count;
    struct input_event *events;
    long *times;
    pthread_t thread;
};

static struct player players[MAX_PLAYERS];
static int player_count;
static long started;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void read_events(struct player *player, const char *path) {
    FILE *file = fopen(path, "re");
    check(file != NULL, path);
    char line[256];
    size_t room = 0;
    while (fgets(line, sizeof line, file)) {
        long seconds, micros;
        unsigned type, code;
        int value;
        if (sscanf(line, "E: %ld.%6ld %x %x %d", &seconds, &micros, &type, &code, &value) != 5) continue;
        if (player->count == room) {
            room = room ? 2 * room : 256;
            player->events = realloc(player->events, room * sizeof *player->events);
            player->times = realloc(player->times, room * sizeof *player->times);
            check(player->events != NULL && player->times != NULL, "memory");
        }
        player->times[player->count] = seconds * 1000000000L + micros * 1000;
        memset(&player->events[player->count], 0, sizeof *player->events);
        player->events[player->count].type = (__u16)type;
        player->events[player->count].code = (__u16)code;
        player->events[player->count++].value = value;
    }
    fclose(file);
}

static void *play(void *argument) {
    struct player *player = argument;
    long late = 0, behind = 0;
    for (size_t first = 0, next; first < player->count; first = next) {
        for (next = first; next < player->count && player->events[next].type != EV_SYN; next++) {
        }
        next = next < player->count ? next + 1 : next;
        long due = started + player->times[first] - player->times[0];
        sleep_until(due);
        long now = now_ns();
        // What stretches a pause is being later than before it.
        if (now - due - behind > late && first > 0) late = now - due - behind;
        behind = now - due;
        ssize_t size = (ssize_t)((next - first) * sizeof *player->events);
        check(write(player->keyboard, player->events + first, (size_t)size) == size, "write to the scanner");
    }
    pthread_mutex_lock(&lock);
    printf("played %d %ld\n", player->number, late);
    fflush(stdout);
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(int count, char **arguments) {
    if (count < 2 || count > 1 + MAX_PLAYERS) {
        fputs("usage: player VENDOR:PRODUCT:FILE...\n", stderr);
        return 64;
    }
    for (; player_count < count - 1; player_count++) {
        struct player *player = &players[player_count];
        unsigned vendor, product;
        int used = 0;
        const char *argument = arguments[1 + player_count];
        check(sscanf(argument, "%x:%x:%n", &vendor, &product, &used) == 2 && used > 0, argument);
        player->number = player_count;
        read_events(player, argument + used);
        player->keyboard = make_keyboard(vendor, product, 0);
    }
    puts("plugged");
    fflush(stdout);
    char line[16];
    if (!fgets(line, sizeof line, stdin)) return 1;
    started = now_ns() + 20000000L;
    for (int i = 0; i < player_count; i++) check(pthread_create(&players[i].thread, NULL, play, &players[i]) == 0, "pthread_create");
    for (int i = 0; i < player_count; i++) pthread_join(players[i].thread, NULL);
    while (fgets(line, sizeof line, stdin)) {
    }
    return 0;
}
