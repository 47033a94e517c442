# cdp toolkit: a customer data platform of Unix filters.  `make help` lists the targets.
#
# Sources are found by wildcard and dependencies by the compiler: adding a
# file needs no edit here.  Each variant (asan, tsan, ...) builds into its own
# folder B; B/flags changes when the compiler line does.

VERSION  := 0.1.0
FORMAT   := 1
PREFIX   ?= /usr/local
BINDIR   ?= $(PREFIX)/bin
MANDIR   ?= $(PREFIX)/share/man
LISTDIR  ?= $(PREFIX)/share/cdp/facts
BASHDIR  ?= $(PREFIX)/share/bash-completion/completions
FORMATS  ?= $(PREFIX)/share/cdp/formats
TARGETS  ?= $(PREFIX)/share/cdp/targets
B        ?= build/release
SECS     ?= 60
ROUNDS   ?= 20
V        ?= 0

CC       ?= cc
CFLAGS   ?= -O2 -g
HARDEN   ?= -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	    -Wwrite-strings -Wvla -Wformat=2
CPPFLAGS += -Ilib -I. -D_GNU_SOURCE -DCDP_VERSION='"$(VERSION)"' -DCDP_FORMAT='"$(FORMAT)"'
LDFLAGS  += -pie -Wl,-z,relro,-z,now,--as-needed
# Debian's build of OpenBLAS without threads, where there is one: lib/stats/linear.h says why.
BLASDIR  := /usr/lib/$(shell $(CC) -print-multiarch)/openblas-serial
BLAS     := -L$(BLASDIR) -Wl,-rpath,$(BLASDIR) -lopenblas
LIBS     := -lcsv -ljansson -lxxhash -lutf8proc -lz -lzstd -lcrypto -llbfgs -lpcre2-8 -lyaml -lpsl -lmaxminddb -lsqlite3 -lpq -lcurl $(BLAS) -lm -pthread
# Boosted trees, where libxgboost-dev is installed; everything else works without.
HASH     := \#
XGBOOST  := $(shell echo '$(HASH)include <xgboost/c_api.h>' | $(CC) $(CPPFLAGS) -E - > /dev/null 2>&1 && echo yes)
LIBS     += $(if $(XGBOOST),-lxgboost)
# Excel workbooks, the same way with libxlsxwriter-dev.
XLSX     := $(shell echo '$(HASH)include <xlsxwriter.h>' | $(CC) $(CPPFLAGS) -E - > /dev/null 2>&1 && echo yes)
LIBS     += $(if $(XLSX),-lxlsxwriter)
COMPILE   = $(CC) $(CPPFLAGS) -std=c11 $(CFLAGS) $(HARDEN) $(WARN) $(WERROR) -pthread
WERROR   := $(if $(CI),-Werror)
Q        := $(if $(filter 1,$(V)),,@)
# A make within make compiles on all processors, unless the outer one was told how many (make -j1 check).
SUBMAKE   = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

TOOLS    := $(patsubst cmd/%.c,%,$(wildcard cmd/cdp-*.c))
LIB_OBJ  := $(patsubst %.c,$B/%.o,$(wildcard lib/*/*.c lib/*/*/*.c) $(filter-out cmd/cdp-%,$(wildcard cmd/*.c))) \
	    $B/formats.o $B/facts.o $B/targets.o $B/words.o
TARGETFS := $(sort $(wildcard lib/activate/targets/*.target))
MAPS     := $(sort $(wildcard lib/collect/formats/*.map))
LISTS    := $(sort $(wildcard lib/reference/data/*.txt))
WORDS    := $(sort $(wildcard lib/text/data/*.txt))
UNIT     := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/unit/test_*.c tests/prop/prop_*.c tests/diff/diff_*.c))
BENCH    := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/bench/*.c))
FUZZERS  := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAY   := $(addprefix $B/tests/fuzz/,$(FUZZERS))
BINS     := $(addprefix $B/,$(TOOLS))

PACKAGES := gcc make pkg-config libc6-dev libcsv-dev libjansson-dev libcmocka-dev libxxhash-dev \
	    libutf8proc-dev zlib1g-dev libzstd-dev libssl-dev liblbfgs-dev libpcre2-dev libyaml-dev uap-core libpsl-dev libmaxminddb-dev libsqlite3-dev libpq-dev libcurl4-openssl-dev libopenblas-serial-dev \
	    tzdata iso-codes mandoc zstd gzip python3 sqlite3 locales

.PHONY: help-house all deps check check-unit check-prop check-cli check-docs check-fuzz check-fault check-diff lint demo \
	asan tsan valgrind fuzz soak bench libs install uninstall dist clean help tests picture man
.SUFFIXES:

all: $(BINS)

help:
	@echo 'make            build the tools into $B/'
	@echo 'make demo       install what is missing, build, run the whole pipeline on testdata/demo'
	@echo 'make check      install what is missing, build, run every test'
	@echo '                check-unit check-prop check-cli check-docs check-fuzz check-fault check-diff: one kind'
	@echo '                check-cli CASES="merge-two-emails ..." runs the named cases; UPDATE=1 rewrites'
	@echo 'make lint       floors, banned functions, man pages against --help'
	@echo 'make asan       check under address and undefined behaviour sanitizers; also tsan, valgrind'
	@echo 'make fuzz       each fuzz target for SECS=$(SECS) seconds (clang)'
	@echo 'make soak       properties from ROUNDS=$(ROUNDS) random seeds, each call that can fail, kills, sixty nights'
	@echo 'make bench      generated orders and customers: time and memory of each tool beside its peers'
	@echo 'make man        the part of cdp-formats(5) that the heads of lib/collect/formats/*.map say'
	@echo 'make picture    the picture of the report in README.md anew (needs chromium)'
	@echo 'make install    PREFIX=$(PREFIX) DESTDIR='
	@echo 'make help-house the rooms of lib/ in their order'
	@echo 'make deps       the Debian packages that building and testing need'

help-house:
	@sed -n 's/^| \([^-].*\) | \(.*\) |$$/\1\t\2/p' lib/README.md | tr -d '`*' | expand -t 24

# Does nothing when all is there; on another system it says what to install.
deps:
	@sh tests/deps.sh $(PACKAGES) $(if $(XGBOOST),,$$(apt-cache show libxgboost-dev > /dev/null 2>&1 && echo libxgboost-dev)) \
		$(if $(XLSX),,$$(apt-cache show libxlsxwriter-dev > /dev/null 2>&1 && echo libxlsxwriter-dev))

$B/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(COMPILE) $(LDFLAGS)' | cmp -s - $@ || echo '$(COMPILE) $(LDFLAGS)' > $@
FORCE:

$B/%.o: %.c $B/flags
	@mkdir -p $(@D)
	@$(if $(Q),echo '  CC  $<')
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

# The formats of cdp-ingest, so that a program that is not installed has them.
$B/formats.c: $(MAPS) lib/collect/formats Makefile
	@mkdir -p $(@D)
	$(Q){ echo '#include "collect/mapping/format.h"'; \
	echo 'const struct builtin_format builtin_formats[] = {'; \
	for m in $(MAPS); do \
		echo "{\"$$(basename $$m .map)\","; \
		sed 's/[\\"?]/\\&/g; s/.*/"&\\n"/' $$m; \
		echo '},'; \
	done; echo '{0}};'; } > $@

$B/formats.o: $B/formats.c $B/flags
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

# Where installed formats are looked for, unless $$CDP_FORMATS says it.
$B/formats_dir: FORCE
	@mkdir -p $(@D)
	@echo '$(FORMATS)' | cmp -s - $@ || echo '$(FORMATS)' > $@
$B/cmd/cdp-ingest.o: $B/formats_dir
$B/cmd/cdp-ingest.o: private CPPFLAGS += -DCDP_FORMATS_DIR='"$(FORMATS)"'

# The targets of cdp-activate, the same way.
$B/targets.c: $(TARGETFS) lib/activate/targets Makefile
	@mkdir -p $(@D)
	$(Q){ echo '#include "activate/audience/target.h"'; \
	echo 'const struct builtin_target builtin_targets[] = {'; \
	for t in $(TARGETFS); do \
		echo "{\"$$(basename $$t .target)\","; \
		sed 's/[\\"?]/\\&/g; s/.*/"&\\n"/' $$t; \
		echo '},'; \
	done; echo '{0}};'; } > $@

$B/targets.o: $B/targets.c $B/flags
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

$B/targets_dir: FORCE
	@mkdir -p $(@D)
	@echo '$(TARGETS)' | cmp -s - $@ || echo '$(TARGETS)' > $@
$B/cmd/cdp-activate.o: $B/targets_dir
$B/cmd/cdp-activate.o: private CPPFLAGS += -DCDP_TARGETS_DIR='"$(TARGETS)"'

# Whether the library was there: what knows it is compiled again when that changes.
$B/xgboost: FORCE
	@mkdir -p $(@D)
	@echo '$(XGBOOST)' | cmp -s - $@ || echo '$(XGBOOST)' > $@
$B/lib/understand/predict/trees.o: $B/xgboost
$B/lib/understand/predict/trees.o: private CPPFLAGS += $(if $(XGBOOST),-DCDP_XGBOOST)

$B/xlsxwriter: FORCE
	@mkdir -p $(@D)
	@echo '$(XLSX)' | cmp -s - $@ || echo '$(XLSX)' > $@
XLSX_OBJ := $B/lib/text/xlsx.o $B/lib/text/xlsx_absent.o
$(XLSX_OBJ): $B/xlsxwriter
$(XLSX_OBJ): CPPFLAGS += $(if $(XLSX),-DCDP_XLSXWRITER)

# The lists of lib/reference, so that a program that is not installed has them.
$B/facts.c: $(LISTS) lib/reference/data Makefile
	@mkdir -p $(@D)
	$(Q){ echo '#include "reference/list.h"'; \
	echo 'const struct builtin_list builtin_lists[] = {'; \
	for l in $(LISTS); do \
		echo "{\"$$(basename $$l)\","; \
		sed 's/[\\"?]/\\&/g; s/.*/"&\\n"/' $$l; \
		echo '},'; \
	done; echo '{0}};'; } > $@

$B/facts.o: $B/facts.c $B/flags
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

# The words of lib/text, the same way.
$B/words.c: $(WORDS) lib/text/data Makefile
	@mkdir -p $(@D)
	$(Q){ echo '#include "text/lexicon.h"'; \
	echo 'const struct builtin_words builtin_words[] = {'; \
	for l in $(WORDS); do \
		echo "{\"$$(basename $$l)\","; \
		sed 's/[\\"?]/\\&/g; s/.*/"&\\n"/' $$l; \
		echo '},'; \
	done; echo '{0}};'; } > $@

$B/words.o: $B/words.c $B/flags
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

$B/lib/activate/deliver/postgres.o: private CPPFLAGS += -isystem $(shell pg_config --includedir 2>/dev/null || echo /usr/include/postgresql)

$B/libcdp.a: $(LIB_OBJ)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BINS): $B/%: $B/cmd/%.o $B/libcdp.a
	@$(if $(Q),echo '  LD  $@')
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $B/libcdp.a $(LIBS)

$(UNIT): $B/tests/%: $B/tests/%.o $B/libcdp.a
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $B/libcdp.a -lcmocka $(LIBS)

$(BENCH): $B/tests/%: $B/tests/%.o $B/libcdp.a
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $B/libcdp.a $(LIBS)

# Without libFuzzer a target is a program that replays the files it is given.
$(REPLAY): $B/tests/fuzz/%: $B/tests/fuzz/%.o $B/tests/fuzz/replay.o $B/libcdp.a
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# Makes calls of a tool fail (tests/fault/nth.sh).
$B/tests/fault/fail_nth.so: tests/fault/fail_nth.c
	@mkdir -p $(@D)
	$(Q)$(CC) -shared -fPIC -O1 -g $(WARN) $(WERROR) -D_GNU_SOURCE -o $@ $<

tests: $(BINS) $(UNIT) $(REPLAY) $B/tests/fault/fail_nth.so

check: deps
	+$(Q)$(SUBMAKE) tests
	+$(Q)B='$B' sh tests/check.sh

check-unit check-prop check-cli check-docs check-fuzz check-fault check-diff: tests
	$(Q)B='$B' CASES='$(CASES)' UPDATE='$(UPDATE)' sh tests/check.sh $(@:check-%=%)

lint: $(BINS)
	$(Q)B='$B' sh tests/check.sh lint

# The part of cdp-formats(5) that the heads of the .map files say.
man:
	$(Q)python3 man/formats.py

# testdata/demo/report.png, which README.md shows, anew (needs Debian's chromium).
picture: demo
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=0.6 \
		--window-size=1400,1010 --screenshot='$(CURDIR)/testdata/demo/report.png' 'file://$(CURDIR)/build/demo/report.html'

demo: deps
	+$(Q)$(SUBMAKE) all
	$(Q)B='$B' sh testdata/demo/demo.sh

SAN := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all
asan:
	+$(Q)ASAN_OPTIONS=allocator_may_return_null=1 $(MAKE) B=build/asan HARDEN=-fPIE CFLAGS='$(SAN) -fsanitize=address,undefined' check
tsan:
	+$(Q)TSAN_OPTIONS=allocator_may_return_null=1 $(MAKE) B=build/tsan HARDEN=-fPIE CFLAGS='$(SAN) -fsanitize=thread' check
valgrind:
	+$(Q)$(MAKE) B=build/valgrind HARDEN=-fPIE CFLAGS='-O1 -g' tests
	$(Q)B=build/valgrind VALGRIND='valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite' sh tests/check.sh unit cli

fuzz:
	+$(Q)SECS='$(SECS)' sh tests/fuzz/fuzz.sh

# What a program of the library is linked with.
libs:
	@echo '$(LIBS)'

# The tests whose strength is their number: properties from seeds of chance, each call that can
# fail, files that grow, 1,000 kills and sixty nights.  `make check-prop SEED=N` repeats a seed.
soak: tests
	$(Q)for round in $$(seq $(ROUNDS)); do \
		SEED=$$(od -An -N6 -tu8 /dev/urandom | tr -d ' '); export SEED; \
		echo "SEED=$$SEED"; B='$B' sh tests/check.sh prop || exit 1; \
	done
	$(Q)SEEDS=1000 $B/tests/prop/prop_contract_fits
	$(Q)B='$B' MOST=0 sh tests/fault/nth.sh
	$(Q)B='$B' TRIALS=1000 sh tests/fault/resume.sh
	$(Q)B='$B' KILLS=1000 sh tests/fault/deliver.sh
	$(Q)B='$B' NIGHTS=60 PEOPLE=1500 sh tests/diff/nights.sh

bench: deps
	+$(Q)$(SUBMAKE) all $(BENCH)
	$(Q)B='$B' sh tests/bench/bench.sh

$B/completions/%: $B/% tests/completion.sh
	@mkdir -p $(@D)
	$(Q)sh tests/completion.sh $< > $@

install: $(BINS) $(addprefix $B/completions/,$(TOOLS))
	install -d $(DESTDIR)$(LISTDIR)
	install -m 644 $(LISTS) $(WORDS) $(DESTDIR)$(LISTDIR)
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(BASHDIR) $(DESTDIR)$(FORMATS) $(DESTDIR)$(TARGETS) $(addprefix $(DESTDIR)$(MANDIR)/man,1 5 7)
	install -m 755 $(BINS) $(DESTDIR)$(BINDIR)
	install -m 644 $(addprefix $B/completions/,$(TOOLS)) $(DESTDIR)$(BASHDIR)
	install -m 644 $(MAPS) $(DESTDIR)$(FORMATS)
	install -m 644 $(TARGETFS) $(DESTDIR)$(TARGETS)
	for s in 1 5 7; do install -m 644 man/*.$$s $(DESTDIR)$(MANDIR)/man$$s; done

uninstall:
	rm -f $(addprefix $(DESTDIR)$(LISTDIR)/,$(notdir $(LISTS) $(WORDS)))
	-rmdir $(DESTDIR)$(LISTDIR) $(DESTDIR)$(PREFIX)/share/cdp 2>/dev/null
	rm -f $(addprefix $(DESTDIR)$(BINDIR)/,$(TOOLS)) $(addprefix $(DESTDIR)$(BASHDIR)/,$(TOOLS))
	rm -f $(addprefix $(DESTDIR)$(FORMATS)/,$(notdir $(MAPS))) $(addprefix $(DESTDIR)$(TARGETS)/,$(notdir $(TARGETFS)))
	-rmdir $(DESTDIR)$(FORMATS) $(DESTDIR)$(TARGETS) $(DESTDIR)$(PREFIX)/share/cdp 2>/dev/null
	for s in 1 5 7; do (cd man && for p in *.$$s; do rm -f $(DESTDIR)$(MANDIR)/man$$s/$$p; done); done

dist:
	git archive --prefix=cdp-$(VERSION)/ -o cdp-$(VERSION).tar.gz v$(VERSION)

clean:
	rm -rf build

-include $(shell find $B -name '*.d' 2>/dev/null)
