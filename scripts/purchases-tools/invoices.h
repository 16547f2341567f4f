// The invoice that the bench's programs post and insert: about 1.3 kB, each with a number and an id of its own.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WARM_UP = 5, MAX_BODY = 4096, MEMBERS = 40, MAX_COUNT = 100000 };

static inline long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000L + now.tv_nsec;
}

static inline void print_times(const long *times, int count) {
    for (int i = WARM_UP; i < count; i++) printf("%ld\n", times[i]);
}

// The sale's number, and how many: what both programs are told by their last two arguments. WARM_UP are done before those that count.
static inline int parse_count(char **last, int *first) {
    *first = atoi(last[0]);
    int count = atoi(last[1]);
    if (*first < 0 || count < 1 || count > MAX_COUNT) {
        fputs("a number is out of its range\n", stderr);
        exit(64);
    }
    return count + WARM_UP;
}

static inline void make_member(char *text, size_t size, int number) { snprintf(text, size, "OW-%08d", number % MEMBERS + 1); }

static inline void make_global_id(char *text, size_t size, int number) { snprintf(text, size, "5a1e0000-0000-4000-8000-%012d", number); }

static inline int make_body(char *body, int number) {
    char member[16], id[40];
    make_member(member, sizeof member, number);
    make_global_id(id, sizeof id, number);
    return snprintf(body, MAX_BODY,
        "{\"Serie\":\"T\",\"Number\":%d,\"BusinessDay\":\"2025-03-14\",\"VatIncluded\":true,\"Date\":\"2025-03-14T10:41:07\","
        "\"DocumentType\":\"BasicInvoice\",\"Pos\":{\"Id\":1,\"Name\":\"Caja 1\"},\"Workplace\":{\"Id\":7,\"Name\":\"Ultramarinos Peña\"},"
        "\"User\":{\"Id\":2,\"Name\":\"Begoña\"},\"Customer\":null,\"InvoiceItems\":[{\"GlobalId\":\"%s\",\"Lines\":["
        "{\"Index\":0,\"ProductId\":12,\"ProductName\":\"Café molido 250 g\","
        "\"MainBarcode\":\"8410000000017\",\"Quantity\":2,\"UnitPrice\":3.45,\"TotalAmount\":6.90},"
        "{\"Index\":1,\"ProductId\":31,\"ProductName\":\"Galletas María\","
        "\"MainBarcode\":\"8410000000024\",\"Quantity\":1,\"UnitPrice\":1.20,\"TotalAmount\":1.20},"
        "{\"Index\":2,\"ProductId\":77,\"ProductName\":\"Aceite de oliva virgen extra 1 L\","
        "\"MainBarcode\":\"8410000000031\",\"Quantity\":1,\"UnitPrice\":9.49,\"TotalAmount\":9.49},"
        "{\"Index\":3,\"ProductId\":90,\"ProductName\":\"Bolsa\",\"MainBarcode\":\"\",\"Quantity\":1,\"UnitPrice\":0.15,\"TotalAmount\":0.15}],"
        "\"Payments\":[{\"MethodId\":2,\"MethodName\":\"Tarjeta\",\"Amount\":17.74,\"PaidAmount\":17.74,\"ChangeAmount\":0.00}],"
        "\"Totals\":{\"GrossAmount\":17.74,\"NetAmount\":16.13,\"VatAmount\":1.61},\"LoyaltyProgram\":{\"MemberId\":\"%s\",\"Rewards\":[]}}],"
        "\"Payments\":[{\"MethodId\":2,\"MethodName\":\"Tarjeta\",\"Amount\":17.74,\"PaidAmount\":17.74,\"ChangeAmount\":0.00}],"
        "\"Totals\":{\"GrossAmount\":17.74,\"NetAmount\":16.13,\"VatAmount\":1.61}}",
        number, id, member);
}
