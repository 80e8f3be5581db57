/*
 * Overwrites the beginning of each function of the CUDA runtime that is linked into ND4J's library with a jump through the stand-in's
 * table; makes a hole where the code for GPUs was, 800 MB that are not read here.
 *     patch LIBRARY          on its standard input: the names in the order of the table
 */
#define _GNU_SOURCE
#include "standin.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static char *file;
static Elf64_Shdr *sections;

static Elf64_Shdr *section(const char *name) {
    Elf64_Ehdr *header = (Elf64_Ehdr *) file;
    for (int i = 0; i < header->e_shnum; i++)
        if (!strcmp(file + sections[header->e_shstrndx].sh_offset + sections[i].sh_name, name)) return &sections[i];
    fprintf(stderr, "patch: the library has no section %s\n", name);
    exit(1);
}

int main(int count, char **arguments) {
    struct stat size;
    int descriptor = count == 2 ? open(arguments[1], O_RDWR) : -1;
    if (descriptor < 0 || fstat(descriptor, &size)) return fprintf(stderr, "patch: no library\n"), 1;
    file = mmap(NULL, size.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (file == MAP_FAILED) return perror("patch"), 1;
    sections = (Elf64_Shdr *) (file + ((Elf64_Ehdr *) file)->e_shoff);
    Elf64_Shdr *table = section(".symtab"), *text = section(".text"), *code = section(".nv_fatbin");
    const char *strings = file + section(".strtab")->sh_offset;
    Elf64_Sym *symbols = (Elf64_Sym *) (file + table->sh_offset);
    char name[512];
    for (unsigned long i = 0; scanf("%511s", name) == 1; i++) {
        int found = 0;
        for (size_t s = 0; s < table->sh_size / sizeof *symbols; s++) {
            if (ELF64_ST_TYPE(symbols[s].st_info) != STT_FUNC || strcmp(strings + symbols[s].st_name, name)) continue;
            /* movabs $slot, %r11; jmp *(%r11) */
            unsigned char jump[13] = {0x49, 0xbb, 0, 0, 0, 0, 0, 0, 0, 0, 0x41, 0xff, 0x23};
            unsigned long slot = TABLE_ADDRESS + i * sizeof(void *);
            memcpy(jump + 2, &slot, sizeof slot);
            if (symbols[s].st_size < sizeof jump) return fprintf(stderr, "patch: %s is too short\n", name), 1;
            memcpy(file + symbols[s].st_value - text->sh_addr + text->sh_offset, jump, sizeof jump);
            found++;
        }
        if (found != 1) return fprintf(stderr, "patch: %s is there %d times\n", name, found), 1;
    }
    unsigned long begin = (code->sh_offset + 4095) / 4096 * 4096, end = (code->sh_offset + code->sh_size) / 4096 * 4096;
    munmap(file, size.st_size);
    if (end > begin) fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, begin, end - begin);
    return 0;
}
