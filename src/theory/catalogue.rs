//! Every formula by name: its family, whether it is exact, what it holds for and where it comes from.
//! The entries are data for whoever matches formulas to scenarios and prints them; the formulas are elsewhere.

/// How far a formula is to be trusted where it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Right to the last figure of the arithmetic, or to a stated one far below what a simulation can tell.
    Exact,
    /// Near, as the formula's page says how near.
    Approximation,
    /// Never above the truth.
    LowerBound,
    /// Never below the truth.
    UpperBound,
    /// A rule of thumb without a derivation.
    RuleOfThumb,
}

impl Kind {
    /// Returns the mark put beside a value: `=`, `≈`, `≥` (the truth is at least this), `≤`, or `?`.
    pub const fn mark(self) -> char {
        match self {
            Self::Exact => '=',
            Self::Approximation => '≈',
            Self::LowerBound => '≥',
            Self::UpperBound => '≤',
            Self::RuleOfThumb => '?',
        }
    }
    /// Returns the word used in documents for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Approximation => "approximation",
            Self::LowerBound | Self::UpperBound => "bound",
            Self::RuleOfThumb => "rule-of-thumb",
        }
    }
}

/// What a formula is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Identities that hold for every system.
    Laws,
    /// One station: servers with one queue.
    Station,
    /// Ways to choose a server.
    Balancing,
    /// How many servers it takes.
    Sizing,
    /// Rules of thumb from articles; see [`super::article`].
    Article,
}

/// One formula's card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formula {
    /// What people call it, unique.
    pub name: &'static str,
    /// What it is about.
    pub family: Family,
    /// Whether it is exact, near, a bound or a guess.
    pub kind: Kind,
    /// The assumptions under which it holds.
    pub holds_for: &'static str,
    /// Authors and year.
    pub source: &'static str,
}

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
    /// See [`super::operational`].
    LITTLE = "Little's law", Laws, Exact,
        "any system in the long run", "Little 1961";
    /// See [`super::operational`].
    UTILISATION_LAW = "utilisation law", Laws, Exact,
        "any resource", "Denning and Buzen 1978";
    /// See [`super::operational`].
    FLOW_BALANCE = "flow balance", Laws, Exact,
        "any stable system without loss", "Denning and Buzen 1978";
    /// See [`super::operational`].
    INTERACTIVE_RESPONSE = "interactive response time law", Laws, Exact,
        "closed systems", "Denning and Buzen 1978";
    /// See [`super::operational`].
    ASYMPTOTIC_THROUGHPUT = "asymptotic throughput bound", Laws, UpperBound,
        "closed systems", "Denning and Buzen 1978";
    /// See [`super::operational`].
    ASYMPTOTIC_RESPONSE = "asymptotic response bound", Laws, LowerBound,
        "closed systems", "Denning and Buzen 1978";
    /// See [`super::mm1`].
    MM1 = "M/M/1", Station, Exact,
        "Poisson arrivals, exponential service, one server, FIFO", "Kleinrock 1975";
    /// See [`super::mmc`].
    MMC = "M/M/c", Station, Exact,
        "Poisson arrivals, exponential service, c equal servers, one FIFO queue", "Erlang 1917";
    /// See [`super::mmck`].
    MMCK = "M/M/c/K", Station, Exact,
        "Poisson arrivals, exponential service, c equal servers, room for K", "Gross and others 2008";
    /// See [`super::erlang_b`].
    ERLANG_B = "M/G/c/c, Erlang B", Station, Exact,
        "Poisson arrivals, any service, c servers, no queue", "Erlang 1917";
    /// See [`super::erlang_a`].
    ERLANG_A = "M/M/c+M, Erlang A", Station, Exact,
        "Poisson arrivals, exponential service and patience, c equal servers", "Mandelbaum and Zeltyn 2007";
    /// See [`super::mginf`].
    MG_INF = "M/G/∞", Station, Exact,
        "Poisson arrivals, any service, as many servers as needed", "Takács 1962";
    /// See [`super::mg1`].
    MG1 = "M/G/1, Pollaczek–Khinchine", Station, Exact,
        "Poisson arrivals, any service, one server, FIFO", "Kleinrock 1975";
    /// See [`super::inversion`].
    MG1_INVERSION = "M/G/1 by transform inversion", Station, Approximation,
        "Poisson arrivals, any service, one server, FIFO; percentiles to eight decimals of probability", "Abate and Whitt 1995";
    /// See [`super::mg1`].
    MG1_LIFO = "M/G/1 LIFO", Station, Exact,
        "Poisson arrivals, any service, one server, last come first served, no preemption", "Fuhrmann 1991";
    /// See [`super::md1`].
    MD1 = "M/D/1", Station, Exact,
        "Poisson arrivals, constant service, one server, FIFO", "Franx 2001";
    /// See [`super::mg1_ps`].
    MG1_PS = "M/G/1 processor sharing", Station, Exact,
        "Poisson arrivals, any service, one server shared evenly", "Sakata, Noguchi and Oizumi 1971";
    /// See [`super::mmc`].
    MGC_PS = "M/G/c processor sharing", Station, Exact,
        "Poisson arrivals, any service, c servers shared evenly; means", "Kelly 1979";
    /// See [`super::mg1_priority`].
    MG1_PRIORITY = "M/G/1 with priorities, Cobham", Station, Exact,
        "Poisson arrivals, any service, one server, classes without preemption; means", "Cobham 1954";
    /// See [`super::mg1_priority`].
    MG1_PREEMPTIVE = "M/G/1 with preemptive priorities", Station, Exact,
        "Poisson arrivals, any service, one server, classes with preemption and resumption; means", "Kleinrock 1976";
    /// See [`super::mmc_priority`].
    MMC_PRIORITY = "M/M/c with priorities", Station, Exact,
        "Poisson arrivals, exponential service alike for all classes, no preemption; means", "Kella and Yechiali 1985";
    /// See [`super::mmc_priority`].
    MMC_PREEMPTIVE = "M/M/c with preemptive priorities", Station, Exact,
        "Poisson arrivals, exponential service alike for all classes, preemption; means", "Buzen and Bondi 1983";
    /// See [`super::shortest_job_first`].
    SHORTEST_JOB_FIRST = "M/G/1 shortest job first", Station, Exact,
        "Poisson arrivals, any service known beforehand, one server, no preemption; mean", "Phipps 1956";
    /// See [`super::gimc`].
    GIMC = "GI/M/c", Station, Exact,
        "independent gaps, exponential service, c equal servers, one FIFO queue", "Takács 1962";
    /// See [`super::gg1`].
    KINGMAN = "Kingman bound", Station, UpperBound,
        "independent gaps and service times, one server, FIFO; mean wait", "Kingman 1962";
    /// See [`super::gg1`].
    ALLEN_CUNNEEN = "GI/G/c, Allen–Cunneen", Station, Approximation,
        "independent gaps and service times, c equal servers, one FIFO queue; mean", "Allen 1978";
    /// See [`super::gg1`].
    KRAEMER_LANGENBACH_BELZ = "GI/G/c, Kraemer–Langenbach-Belz", Station, Approximation,
        "independent gaps and service times, best for one server; mean", "Kraemer and Langenbach-Belz 1976";
    /// See [`super::gg1`].
    HEAVY_TRAFFIC = "heavy-traffic exponential wait", Station, Approximation,
        "independent gaps and service times, loads near 1; percentiles", "Kingman 1962";
    /// See [`super::balancing::split`].
    RANDOM_SPLIT = "random split", Balancing, Exact,
        "Poisson arrivals, any service, servers chosen at random, equal or by weight", "Kingman 1993";
    /// See [`super::balancing::split`].
    ROUND_ROBIN = "round robin, E_n/M/1", Balancing, Exact,
        "Poisson arrivals, exponential service, equal servers in turn", "Kleinrock 1975";
    /// See [`super::mmc`].
    CENTRAL_QUEUE = "central queue, M/M/c", Balancing, Exact,
        "Poisson arrivals, exponential service, one FIFO queue at the balancer", "Erlang 1917";
    /// See [`super::mmc`]: as long as anyone is there, no policy works faster than all servers on one queue.
    CENTRAL_QUEUE_BOUND = "central queue as a bound, M/M/c", Balancing, LowerBound,
        "Poisson arrivals, exponential service, equal servers, any policy that does not know the work; mean", "Wolff 1977";
    /// See [`super::balancing::shortest_queue`].
    SHORTEST_QUEUE_TWO = "shortest of two queues", Balancing, Exact,
        "Poisson arrivals, exponential service, two equal servers", "Adan, Wessels and Zijm 1990";
    /// See [`super::balancing::shortest_queue`].
    SHORTEST_QUEUE = "shortest queue by threshold jockeying", Balancing, LowerBound,
        "Poisson arrivals, exponential service, 3 to 64 equal servers", "Adan, van Houtum and van der Wal 1994";
    /// See [`super::balancing::power_of_d`].
    POWER_OF_D = "power of d, mean field", Balancing, Approximation,
        "Poisson arrivals, exponential service, many equal servers", "Mitzenmacher 2001";
    /// See [`super::balancing::join_idle_queue`].
    JOIN_IDLE_QUEUE = "join the idle queue, mean field", Balancing, Approximation,
        "Poisson arrivals, exponential service, many equal servers", "Lu and others 2011";
    /// See [`super::sizing`].
    HALFIN_WHITT = "square-root staffing", Sizing, Approximation,
        "M/M/c with many servers", "Halfin and Whitt 1981";
    /// See [`super::varying_load`].
    OFFERED_LOAD = "M(t)/G/∞ offered load", Sizing, Exact,
        "Poisson arrivals at a varying rate, any service, no waiting", "Eick, Massey and Whitt 1993";
    /// See [`super::sizing`].
    DESIRED_REPLICAS = "desired replicas", Sizing, Approximation,
        "a metric that falls in proportion as replicas are added", "Kubernetes documentation 2023";
    /// See [`super::article`].
    ARTICLE_RESPONSE = "response time rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`super::article`].
    ARTICLE_THROUGHPUT = "throughput rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`super::article::PRINTED`].
    ARTICLE_RESPONSE_PRINTED = "response time, as printed", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`super::article::PRINTED`].
    ARTICLE_THROUGHPUT_PRINTED = "throughput, as printed", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`super::article`].
    ARTICLE_STORAGE = "storage access speed rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`super::article`].
    ARTICLE_RELIABILITY = "data reliability rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`super::article`].
    ARTICLE_FAILOVER = "failover time rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`super::article`].
    ARTICLE_RECOVERY = "recovery rate rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
    /// See [`super::article`].
    ARTICLE_SUPPORT = "support effect rule", Article, RuleOfThumb,
        "nothing in particular", "articles on enterprise deployment, undated";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_card_is_unique_and_complete() {
        assert!(40 < ALL.len());
        for (index, formula) in ALL.iter().enumerate() {
            assert!(
                ALL[..index].iter().all(|other| other.name != formula.name),
                "{} twice",
                formula.name
            );
            for text in [formula.name, formula.holds_for, formula.source] {
                assert!(
                    !text.is_empty() && text.trim() == text && !text.ends_with('.'),
                    "{formula:?}"
                );
            }
            let year = formula.source.split(' ').next_back().unwrap_or_default();
            let dated = year.parse::<u32>().is_ok_and(|year| (1900..2100).contains(&year));
            assert!(
                dated || formula.family == Family::Article,
                "{} has no year",
                formula.name
            );
            assert_eq!(
                formula.family == Family::Article,
                formula.kind == Kind::RuleOfThumb
            );
        }
    }

    #[test]
    fn families_stay_together_and_marks_tell_kinds_apart() {
        let mut families: Vec<Family> = ALL.iter().map(|formula| formula.family).collect();
        families.dedup();
        let all = [
            Family::Laws,
            Family::Station,
            Family::Balancing,
            Family::Sizing,
            Family::Article,
        ];
        assert_eq!(families, all);
        let marks = [
            Kind::Exact,
            Kind::Approximation,
            Kind::LowerBound,
            Kind::UpperBound,
            Kind::RuleOfThumb,
        ];
        assert_eq!(marks.map(Kind::mark), ['=', '≈', '≥', '≤', '?']);
        assert_eq!(SHORTEST_QUEUE.kind.word(), "bound");
    }
}
