#include "unify/linkage/nickname.h"

/* Each line is a full name and its short forms. */
static const char *const groups[] = {
	"abigail abby gail",
	"agnieszka aga",
	"albert al bert bertie",
	"alexander alex sandy xander sascha sasha aleksandr oleksandr alejandro",
	"alexandra alex sandra sandy lexi sascha sasha aleksandra",
	"alfred alf fred freddie",
	"alice allie",
	"amanda mandy",
	"anastasia nastya nastja",
	"andreas andi",
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
	"dmitri dima dmitry mitya",
	"dolores lola",
	"donald don donnie",
	"dorothy dot dottie dolly",
	"douglas doug",
	"edward ed eddie ted teddy ned",
	"ekaterina katya katja",
	"eleanor ellie nell nora",
	"elizabeth liz lizzie beth betty eliza elsie lisa libby bess",
	"emily em emmy",
	"eugene gene",
	"evgeny zhenya yevgeny",
	"florence flo flossie",
	"frances fran fanny frankie",
	"francesco ciccio",
	"francis frank frankie",
	"francisco paco pancho curro",
	"frederick fred freddie freddy fritz",
	"gabriel gabe",
	"gabriella gabby ella",
	"george georgie",
	"gerald gerry jerry",
	"gerard gerry",
	"giovanni gianni nino",
	"giuseppe beppe peppe pino",
	"gregory greg",
	"guadalupe lupe",
	"harold harry hal",
	"harriet hattie",
	"heinrich heinz",
	"helen nell nellie",
	"henry harry hank hal",
	"ignacio nacho",
	"isabella bella izzy isabel",
	"ivan vanya",
	"jacob jake",
	"jacqueline jackie jacqui",
	"james jim jimmy jamie jem",
	"jane janie jenny",
	"jeffrey jeff",
	"jennifer jen jenny",
	"jessica jess jessie",
	"joanna asia",
	"johannes hannes johann hans",
	"john jack johnny jon",
	"jonathan jon jonny",
	"jose pepe pepito",
	"joseph joe joey jo sepp",
	"josephine jo josie",
	"joshua josh",
	"judith judy",
	"katarzyna kasia",
	"katharina kathi kati",
	"katherine kate katie kathy kath kit kitty kay",
	"kenneth ken kenny",
	"kimberly kim",
	"kristina kris tina kristin",
	"lawrence larry",
	"leonard len lenny leo",
	"louis lou louie",
	"louise lou",
	"lucille lucy",
	"luigi gigi",
	"madeleine maddie",
	"malgorzata gosia",
	"margaret maggie meg peggy marge greta daisy madge",
	"maria mary marie mia masha maruja",
	"martha mattie marty",
	"martin marty",
	"matthew matt matty",
	"maximilian max",
	"michael mike mick mickey micky",
	"mikhail misha",
	"mildred millie",
	"mitchell mitch",
	"natalia natasha natascha",
	"natalie nat",
	"nathan nate nat",
	"nathaniel nate nat nathan",
	"nicholas nick nicky klaus nico",
	"nicole nikki nicky",
	"nikolai kolya",
	"oliver ollie",
	"olivia liv livvy",
	"pamela pam",
	"patricia pat patty trish tricia",
	"patrick pat paddy",
	"pavel pasha",
	"peter pete",
	"philip phil pip phillip",
	"piotr piotrek",
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
	"sergei seryozha",
	"sigmund sigi siegmund",
	"sophia sophie",
	"stanislaw staszek",
	"stanley stan",
	"stephanie steph steffi",
	"stephen steve steven stevie",
	"susan sue susie suzanne",
	"tatiana tanya tanja",
	"terence terry",
	"teresa terry tess tessa theresa",
	"theodore ted teddy theo",
	"thomas tom tommy",
	"timothy tim timmy",
	"tomasz tomek",
	"valerie val",
	"victor vic",
	"victoria vicky tori",
	"vincent vince vinny",
	"virginia ginny",
	"vladimir vova volodya",
	"walter walt wally",
	"wilhelm willi",
	"william will bill billy willy liam",
	"wolfgang wolf wolle",
	"yuri yura",
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
