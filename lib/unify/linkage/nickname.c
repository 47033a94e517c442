#include "unify/linkage/nickname.h"

/* Each line is a full name and its short forms. */
static const char *const groups[] = {
	"abigail abby gail",
	"albert al bert bertie",
	"alexander alex sandy xander sascha",
	"alexandra alex sandra sandy lexi sascha",
	"alfred alf fred freddie",
	"alice allie",
	"amanda mandy",
	"andrew andy drew",
	"angela angie",
	"anne ann anna annie nancy",
	"anthony tony ant",
	"antonio toni tonio",
	"arthur art",
	"barbara barb babs",
	"benjamin ben benny benji",
	"bernard bernie",
	"bradley brad",
	"cameron cam",
	"caroline carol carrie",
	"catherine cathy cath cate cat",
	"charles charlie chuck chas",
	"charlotte lottie charlie",
	"christina chris tina christine chrissie",
	"christopher chris kit topher",
	"cynthia cindy",
	"daniel dan danny",
	"david dave davy",
	"deborah deb debbie debra",
	"dennis denny den",
	"donald don donnie",
	"dorothy dot dottie dolly",
	"douglas doug",
	"edward ed eddie ted teddy ned",
	"eleanor ellie nell nora",
	"elizabeth liz lizzie beth betty eliza elsie lisa libby bess",
	"emily em emmy",
	"eugene gene",
	"florence flo flossie",
	"frances fran fanny frankie",
	"francis frank frankie",
	"frederick fred freddie freddy fritz",
	"gabriel gabe",
	"gabriella gabby ella",
	"george georgie",
	"gerald gerry jerry",
	"gerard gerry",
	"gregory greg",
	"harold harry hal",
	"harriet hattie",
	"heinrich heinz",
	"helen nell nellie",
	"henry harry hank hal",
	"isabella bella izzy isabel",
	"jacob jake",
	"jacqueline jackie jacqui",
	"james jim jimmy jamie jem",
	"jane janie jenny",
	"jeffrey jeff",
	"jennifer jen jenny",
	"jessica jess jessie",
	"johannes hannes johann hans",
	"john jack johnny jon",
	"jonathan jon jonny",
	"joseph joe joey jo sepp",
	"josephine jo josie",
	"joshua josh",
	"judith judy",
	"katherine kate katie kathy kath kit kitty kay",
	"kenneth ken kenny",
	"kimberly kim",
	"kristina kris tina kristin",
	"lawrence larry",
	"leonard len lenny leo",
	"louis lou louie",
	"louise lou",
	"lucille lucy",
	"madeleine maddie",
	"margaret maggie meg peggy marge greta daisy madge",
	"maria mary marie mia",
	"martha mattie marty",
	"martin marty",
	"matthew matt matty",
	"maximilian max",
	"michael mike mick mickey micky",
	"mildred millie",
	"mitchell mitch",
	"natalie nat",
	"nathan nate nat",
	"nathaniel nate nat nathan",
	"nicholas nick nicky klaus nico",
	"nicole nikki nicky",
	"olivia liv livvy",
	"oliver ollie",
	"pamela pam",
	"patricia pat patty trish tricia",
	"patrick pat paddy",
	"peter pete",
	"philip phil pip phillip",
	"rachel rach",
	"raymond ray",
	"rebecca becky becca",
	"richard rick dick richie ricky rich",
	"robert bob bobby rob robbie bert",
	"roberta bobbie",
	"ronald ron ronnie",
	"rosemary rose rosie",
	"russell russ",
	"samantha sam sammy",
	"samuel sam sammy",
	"sarah sally sara sadie",
	"sebastian seb basti",
	"sophia sophie",
	"stanley stan",
	"stephanie steph steffi",
	"stephen steve steven stevie",
	"susan sue susie suzanne",
	"teresa terry tess tessa theresa",
	"terence terry",
	"theodore ted teddy theo",
	"thomas tom tommy",
	"timothy tim timmy",
	"valerie val",
	"victoria vicky tori",
	"victor vic",
	"vincent vince vinny",
	"virginia ginny",
	"walter walt wally",
	"wilhelm willi",
	"william will bill billy willy liam",
	"zachary zach zac",
};

#define GROUPS (sizeof groups / sizeof *groups)

_Static_assert(GROUPS < 256, "numbers of groups fit into a byte");

/* One more group of NAME: a byte each, the first lowest. */
static void put_name(struct map *table, struct span name, uint64_t group)
{
	size_t entry = map_put(table, name, NULL);
	uint64_t *all = &table->entries[entry].number;
	unsigned shift = 0;

	while (*all >> shift)
		shift += 8;
	if (shift < 8 * NICKNAME_GROUPS_MAX)
		*all |= group << shift;
}

void nicknames_fill(struct map *table)
{
	for (size_t i = 0; i < GROUPS; i++) {
		struct span rest = span_of(groups[i]);

		while (!span_absent(rest))
			put_name(table, span_cut(&rest, ' '), i + 1);
	}
}

int nickname_groups(const struct map *table, struct span name,
		    unsigned char out[NICKNAME_GROUPS_MAX])
{
	size_t entry = map_find(table, name);
	uint64_t all = entry == MAP_NONE ? 0 : table->entries[entry].number;
	int count = 0;

	for (; all; all >>= 8)
		out[count++] = (unsigned char)all;
	return count;
}
