//! The cards themselves, family by family.

use super::{Family, Formula, Kind};

/// Makes a constant for each card and the list of all of them, so that none can be forgotten.
macro_rules! catalogue {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $family:ident, $kind:ident, $holds_for:literal, $source:literal;)*) => {
        $(
            $(#[$doc])*
            pub const $constant: Formula = Formula {
                name: $name,
                family: Family::$family,
                kind: Kind::$kind,
                holds_for: $holds_for,
                source: $source,
            };
        )*
        /// All formulas, family by family.
        pub const ALL: &[Formula] = &[$($constant),*];
    };
}

catalogue! {
    /// See [`crate::theory::operational`].
    LITTLE = "Little's law", Laws, Exact,
        "any system in the long run", "Little 1961";
    /// See [`crate::theory::operational`].
    UTILISATION_LAW = "utilisation law", Laws, Exact,
        "any resource", "Denning and Buzen 1978";
    /// See [`crate::theory::operational`].
    FLOW_BALANCE = "flow balance", Laws, Exact,
        "any stable system without loss", "Denning and Buzen 1978";
    /// See [`crate::theory::operational`].
    INTERACTIVE_RESPONSE = "interactive response time law", Laws, Exact,
        "closed systems", "Denning and Buzen 1978";
    /// See [`crate::theory::operational`].
    ASYMPTOTIC_THROUGHPUT = "asymptotic throughput bound", Laws, UpperBound,
        "closed systems", "Denning and Buzen 1978";
    /// See [`crate::theory::operational`].
    ASYMPTOTIC_RESPONSE = "asymptotic response bound", Laws, LowerBound,
        "closed systems", "Denning and Buzen 1978";
    /// See [`crate::theory::mm1`].
    MM1 = "M/M/1", Station, Exact,
        "Poisson arrivals, exponential service, one server, FIFO", "Kleinrock 1975";
    /// See [`crate::theory::mmc`].
    MMC = "M/M/c", Station, Exact,
        "Poisson arrivals, exponential service, c equal servers, one FIFO queue", "Erlang 1917";
    /// See [`crate::theory::mmck`].
    MMCK = "M/M/c/K", Station, Exact,
        "Poisson arrivals, exponential service, c equal servers, room for K", "Gross and others 2008";
    /// See [`crate::theory::erlang_b`].
    ERLANG_B = "M/G/c/c, Erlang B", Station, Exact,
        "Poisson arrivals, any service, c servers, no queue", "Erlang 1917";
    /// See [`crate::theory::erlang_a`].
    ERLANG_A = "M/M/c+M, Erlang A", Station, Exact,
        "Poisson arrivals, exponential service and patience, c equal servers", "Mandelbaum and Zeltyn 2007";
    /// See [`crate::theory::breakdowns`].
    BREAKDOWNS = "M/M/c with breakdowns", Station, Exact,
        "Poisson arrivals, exponential service, failures and repairs; work goes on where it stood", "White and Christie 1958";
    /// See [`crate::theory::retrial`].
    RETRIAL_MM1 = "M/M/1 retrial queue", Station, Exact,
        "Poisson arrivals, exponential service, no queue; all come back after exponential pauses",
        "Falin and Templeton 1997";
    /// See [`crate::theory::retrial`].
    RETRIAL_MMC = "M/M/c retrial queue", Station, Exact,
        "the same with c equal servers, as a chain", "Bright and Taylor 1995";
    /// See [`crate::theory::retry`] and [`crate::theory::erlang_b`].
    RETRIES_ANEW = "M/G/c/c, retries as new", Station, Approximation,
        "Poisson arrivals, c servers, no queue; a few retries after pauses much longer than the service", "Cohen 1957";
    /// See [`crate::theory::mginf`].
    MG_INF = "M/G/∞", Station, Exact,
        "Poisson arrivals, any service, as many servers as needed", "Takács 1962";
    /// See [`crate::theory::mg1`].
    MG1 = "M/G/1, Pollaczek–Khinchine", Station, Exact,
        "Poisson arrivals, any service, one server, FIFO", "Kleinrock 1975";
    /// See [`crate::theory::inversion`].
    MG1_INVERSION = "M/G/1 by transform inversion", Station, Approximation,
        "Poisson arrivals, any service, one server, FIFO; percentiles to eight decimals of probability", "Abate and Whitt 1995";
    /// See [`crate::theory::mg1`].
    MG1_LIFO = "M/G/1 LIFO", Station, Exact,
        "Poisson arrivals, any service, one server, last come first served, no preemption", "Abate and Whitt 1997";
    /// See [`crate::theory::batch_mg1`].
    BATCH_MG1 = "M^X/G/1, batches", Station, Exact,
        "Poisson batches of requests, any service, one server, any order that does not look at it; means", "Burke 1975";
    /// See [`crate::theory::batch_mg1`].
    BATCH_INVERSION = "batches by transform inversion", Station, Approximation,
        "Poisson batches of requests, any service, one server, FIFO; percentiles to eight decimals of probability", "Burke 1975";
    /// See [`crate::theory::md1`].
    MD1 = "M/D/1", Station, Exact,
        "Poisson arrivals, constant service, one server, FIFO", "Franx 2001";
    /// See [`crate::theory::mdc`].
    MDC = "M/D/c", Station, Exact,
        "Poisson arrivals, constant service, c equal servers, one FIFO queue", "Franx 2001";
    /// See [`crate::theory::mg1_ps`].
    MG1_PS = "M/G/1 processor sharing", Station, Exact,
        "Poisson arrivals, any service, one server shared evenly", "Sakata, Noguchi and Oizumi 1971";
    /// See [`crate::theory::mmc`].
    MGC_PS = "M/G/c processor sharing", Station, Exact,
        "Poisson arrivals, any service, c servers shared evenly; means", "Kelly 1979";
    /// See [`crate::theory::mg1_priority`].
    MG1_PRIORITY = "M/G/1 with priorities, Cobham", Station, Exact,
        "Poisson arrivals, any service, one server, classes without preemption; means", "Cobham 1954";
    /// See [`crate::theory::mg1_priority`].
    MG1_PREEMPTIVE = "M/G/1 with preemptive priorities", Station, Exact,
        "Poisson arrivals, any service, one server, classes with preemption and resumption; means", "Kleinrock 1976";
    /// See [`crate::theory::mmc_priority`].
    MMC_PRIORITY = "M/M/c with priorities", Station, Exact,
        "Poisson arrivals, exponential service alike for all classes, no preemption; means", "Kella and Yechiali 1985";
    /// See [`crate::theory::mmc_priority`].
    MMC_PREEMPTIVE = "M/M/c with preemptive priorities", Station, Exact,
        "Poisson arrivals, exponential service alike for all classes, preemption; means", "Buzen and Bondi 1983";
    /// See [`crate::theory::mg1_priority_times`].
    PRIORITY_INVERSION = "priorities by transform inversion", Station, Approximation,
        "Poisson arrivals; one server and any service, or c servers, exponential service alike for all and no preemption; percentiles to eight decimals of probability", "Conway, Maxwell and Miller 1967";
    /// See [`crate::theory::shortest_job_first`].
    SHORTEST_JOB_FIRST = "M/G/1 shortest job first", Station, Exact,
        "Poisson arrivals, any service known beforehand, one server, no preemption; mean", "Phipps 1956";
    /// See [`crate::theory::machine_repair`].
    MACHINE_REPAIR = "M/M/c//N, machine repair", Station, Exact,
        "N clients who wait and think, any think time, exponential service, c equal servers, one FIFO queue", "Baskett and others 1975";
    /// See [`crate::theory::machine_repair`].
    MACHINE_REPAIR_PS = "closed processor sharing", Station, Exact,
        "N clients who wait and think, any think time and service, c servers shared evenly; means", "Baskett and others 1975";
    /// See [`crate::theory::gimc`].
    GIMC = "GI/M/c", Station, Exact,
        "independent gaps, exponential service, c equal servers, one FIFO queue", "Takács 1962";
    /// See [`crate::theory::gg1`].
    KINGMAN = "Kingman bound", Station, UpperBound,
        "independent gaps and service times, one server, FIFO; mean wait", "Kingman 1962";
    /// See [`crate::theory::gg1`].
    ALLEN_CUNNEEN = "GI/G/c, Allen–Cunneen", Station, Approximation,
        "independent gaps and service times, c equal servers, one FIFO queue; mean", "Allen 1978";
    /// See [`crate::theory::gg1`].
    KRAEMER_LANGENBACH_BELZ = "GI/G/c, Kraemer–Langenbach-Belz", Station, Approximation,
        "independent gaps and service times, best for one server; mean", "Kraemer and Langenbach-Belz 1976";
    /// See [`crate::theory::gg1`].
    HEAVY_TRAFFIC = "heavy-traffic exponential wait", Station, Approximation,
        "independent gaps and service times, loads near 1; percentiles", "Kingman 1962";
    /// See [`crate::theory::balancing::split`].
    RANDOM_SPLIT = "random split", Balancing, Exact,
        "Poisson arrivals, any service, servers chosen at random, equal or by weight", "Kingman 1993";
    /// See [`crate::theory::balancing::split`].
    ROUND_ROBIN = "round robin, E_n/M/1", Balancing, Exact,
        "Poisson arrivals, exponential service, equal servers in turn", "Kleinrock 1975";
    /// See [`crate::theory::mmc`].
    CENTRAL_QUEUE = "central queue, M/M/c", Balancing, Exact,
        "Poisson arrivals, exponential service, one FIFO queue at the balancer", "Erlang 1917";
    /// See [`crate::theory::mmc`]: with as many requests there, no policy keeps more servers busy than one queue does, so
    /// that it has the fewest requests at any time (a birth and death process with the highest death rates).
    CENTRAL_QUEUE_BOUND = "central queue as a bound, M/M/c", Balancing, LowerBound,
        "Poisson arrivals, exponential service, equal servers, any policy that does not know the work; mean", "Stoyan 1983";
    /// See [`crate::theory::balancing::shortest_queue`].
    SHORTEST_QUEUE_TWO = "shortest of two queues", Balancing, Exact,
        "Poisson arrivals, exponential service, two equal servers", "Adan, Wessels and Zijm 1990";
    /// See [`crate::theory::balancing::shortest_queue`].
    SHORTEST_QUEUE = "shortest queue by threshold jockeying", Balancing, Approximation,
        "Poisson arrivals, exponential service, 3 to 64 equal servers; from below, within 0.1 % up to 10 servers", "Adan, van Houtum and van der Wal 1994";
    /// See [`crate::theory::balancing::shortest_queue_fit`].
    SHORTEST_QUEUE_FIT = "shortest queue, fitted", Balancing, Approximation,
        "Poisson arrivals, exponential service, any number of equal servers; mean, within 1 %",
        "fitted to the chains of Adan, van Houtum and van der Wal 1994";
    /// See [`crate::theory::balancing::power_of_d`].
    POWER_OF_D = "power of d, mean field", Balancing, Approximation,
        "Poisson arrivals, exponential service, many equal servers", "Mitzenmacher 2001";
    /// See [`crate::theory::balancing::join_idle_queue`].
    JOIN_IDLE_QUEUE = "join the idle queue, mean field", Balancing, Approximation,
        "Poisson arrivals, exponential service, many equal servers", "Lu and others 2011";
    /// See [`crate::theory::network::jackson`].
    JACKSON = "open network, Jackson", Networks, Exact,
        "Poisson arrivals, exponential service, FIFO stations of equal servers, routing by chance; means", "Jackson 1957";
    /// See [`crate::theory::network::jackson::saturation`].
    NETWORK_SATURATION = "saturation of a network", Networks, Exact,
        "any network, shares of the stations as they are", "Denning and Buzen 1978";
    /// See [`crate::theory::network::closed`].
    MEAN_VALUE_ANALYSIS = "closed network, mean-value analysis", Networks, Exact,
        "a fixed number of requests of one class, exponential service at FIFO stations, any delays; means", "Reiser and Lavenberg 1980";
    /// See [`crate::theory::network::fork_join`].
    FORK_JOIN_TWO = "fork–join of two", Networks, Exact,
        "Poisson arrivals, exponential parts, two equal FIFO servers; mean", "Flatto and Hahn 1984";
    /// See [`crate::theory::network::fork_join`].
    FORK_JOIN = "fork–join, Nelson–Tantawi", Networks, Approximation,
        "Poisson arrivals, exponential parts, up to 32 equal FIFO servers; mean, within 5 %", "Nelson and Tantawi 1988";
    /// See [`crate::theory::network::fork_join::split_merge`].
    SPLIT_MERGE = "split–merge", Networks, Exact,
        "Poisson arrivals, exponential parts, equal servers that begin each request together; mean", "Rényi 1953";
    /// See [`crate::theory::network::fork_join::mean_without_queueing`].
    SLOWEST_PART = "slowest of n parts", Networks, Exact,
        "exponential parts, a free server for each; mean", "Rényi 1953";
    /// See [`crate::theory::sizing`].
    HALFIN_WHITT = "square-root staffing", Sizing, Approximation,
        "M/M/c with many servers", "Halfin and Whitt 1981";
    /// See [`crate::theory::varying_load`].
    OFFERED_LOAD = "M(t)/G/∞ offered load", Sizing, Exact,
        "Poisson arrivals at a varying rate, any service, no waiting", "Eick, Massey and Whitt 1993";
    /// See [`crate::theory::sizing`].
    DESIRED_REPLICAS = "desired replicas", Sizing, Approximation,
        "a metric that falls in proportion as replicas are added", "Kubernetes documentation 2023";
    /// A mean time up over a mean cycle.
    RENEWAL = "alternating renewal", Availability, Exact,
        "parts that fail and are repaired independently, any times", "Barlow and Proschan 1965";
    /// See [`crate::theory::domains`].
    DOMAINS = "nested failure domains", Availability, Exact,
        "independent servers, groups and zones, any times", "Barlow and Proschan 1965";
    /// See [`crate::theory::k_of_n`].
    K_OF_N = "k of n with crews", Availability, Exact,
        "equal servers, exponential times, any number of crews", "Palm 1947";
    /// See [`crate::theory::common_cause`].
    COMMON_CAUSE = "k of n with a common cause", Availability, Exact,
        "equal servers, exponential times, any number of crews, a share of failures that strikes all", "Fleming 1975";
    /// See [`crate::theory::active_standby`].
    ACTIVE_STANDBY = "active–standby pair", Availability, Exact,
        "two servers of which one serves, exponential times, a mean time of takeover", "Trivedi 2002";
    /// See [`crate::theory::unnoticed`].
    UNNOTICED = "lost until noticed", Availability, Approximation,
        "rare failures; to first order", "Ross 1996";
    /// See [`crate::theory::detection::HealthCheck`].
    HEALTH_CHECK = "health check arithmetic", Availability, Exact,
        "checks at a fixed interval, failures at any time that last long enough", "HAProxy documentation 2023";
    /// See [`crate::theory::detection::lease`].
    LEASE = "lease arithmetic", Availability, Exact,
        "heartbeats at a fixed interval, failures at any time that last long enough", "Gray and Cheriton 1989";
    /// See [`crate::theory::replicas::order_statistics`].
    KTH_ANSWER = "k-th of n answers", Replicas, Exact,
        "independent answers of any distributions, no queueing", "Rényi 1953";
    /// See [`crate::theory::replicas::redundancy`].
    REDUNDANCY = "redundancy-d", Replicas, Exact,
        "Poisson arrivals, exponential service drawn anew for each copy, FIFO, copies dropped at the first answer; mean",
        "Gardner and others 2017";
    /// See [`crate::theory::replicas::quorum`].
    QUORUM_AVAILABILITY = "availability of quorums", Replicas, Exact,
        "replicas that fail by themselves or with their zones, any times; or equal ones with few crews, exponential times",
        "Gifford 1979";
    /// See [`crate::theory::replicas::data_loss`].
    TIME_TO_DATA_LOSS = "mean time to data loss", Replicas, Exact,
        "replicas that fail and are copied anew, exponential times, any number of copies at once", "Barlow and Proschan 1965";
    /// See [`crate::theory::replicas::data_loss`].
    TIME_TO_DATA_LOSS_USUAL = "mean time to data loss, usual formula", Replicas, LowerBound,
        "the same; near where copying is much faster than failing", "Patterson, Gibson and Katz 1988";
    /// See [`crate::theory::replicas::data_loss`].
    DATA_LOSS = "data loss within a time", Replicas, Exact,
        "replicas that fail and are copied anew, exponential times; one group or many independent ones", "Xue and Ye 2013";
    /// See [`crate::theory::replicas::copysets::random_loss`].
    RANDOM_PLACEMENT = "loss at random placement", Replicas, Exact,
        "some nodes fail at the same time, any of them; each shard placed at random", "Cidon and others 2013";
    /// See [`crate::theory::replicas::copysets::Copysets`].
    COPYSETS = "loss by copysets", Replicas, Exact,
        "some nodes fail at the same time, any of them; random permutations, every set in use", "Cidon and others 2013";
    /// See [`crate::theory::replicas::caching::Lru`].
    LRU = "LRU cache, Che", Replicas, Approximation,
        "independent requests, Poisson where answers are good for a time, answers that come at once; exact for many entries",
        "Che, Tung and Wang 2002";
    /// See [`crate::theory::replicas::balls_into_bins::MaxLoad`].
    MAX_LOAD = "fullest of equal shards", Replicas, Approximation,
        "keys of equal weight and a hash as good as chance; exact up to 400 keys, the mean within 0.1 % beyond", "Levin 1981";
    /// See [`crate::theory::replicas::balls_into_bins::likely_max`].
    LIKELY_MAX_LOAD = "fullest of many shards", Replicas, Approximation,
        "keys of equal weight, many shards; the leading term", "Raab and Steger 1998";
    /// See [`crate::theory::replicas::hashing::ring_max_over_mean`].
    HASH_RING = "fullest share of a hash ring", Replicas, Exact,
        "many keys of equal weight, points on the ring at random; mean", "Karger and others 1997";
    /// See [`crate::theory::replicas::hashing::zipf_max_over_mean_lower`].
    HOTTEST_KEY = "share of the hottest key", Replicas, LowerBound,
        "keys by Zipf's law, any placement of whole keys", "Zipf 1949";
    /// See [`crate::theory::replicas::staleness::miss_probability`].
    QUORUM_MISS = "quorums that do not meet", Replicas, UpperBound,
        "each quorum any set of its size; near where nothing spreads beyond the write's quorum", "Bailis and others 2012";
    /// See [`crate::theory::replicas::staleness::Visibility`].
    VISIBILITY = "t-visibility, one answer each", Replicas, Exact,
        "exponential legs, one acknowledgement and one answer, operations at all replicas, no failures",
        "Bailis and others 2012";
    /// See [`crate::theory::replicas::visibility::QuorumVisibility`].
    QUORUM_VISIBILITY = "t-visibility, any quorums", Replicas, Exact,
        "exponential work of replicas that do all of it side by side, operations at all replicas, instant messages, no failures",
        "Bailis and others 2012";
    /// See [`crate::theory::article`].
    ARTICLE_RESPONSE = "response time rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`crate::theory::article`].
    ARTICLE_THROUGHPUT = "throughput rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`crate::theory::article::PRINTED`].
    ARTICLE_RESPONSE_PRINTED = "response time, as printed", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`crate::theory::article::PRINTED`].
    ARTICLE_THROUGHPUT_PRINTED = "throughput, as printed", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`crate::theory::article`].
    ARTICLE_STORAGE = "storage access speed rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`crate::theory::article`].
    ARTICLE_RELIABILITY = "data reliability rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`crate::theory::article`].
    ARTICLE_FAILOVER = "failover time rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`crate::theory::article`].
    ARTICLE_RECOVERY = "recovery rate rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`crate::theory::article`].
    ARTICLE_SUPPORT = "support effect rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
}
