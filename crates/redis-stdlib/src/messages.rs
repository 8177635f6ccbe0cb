//! Every text that this crate raises or answers, as Redis 7.0.15 words it.

macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*
    };
}

messages! {
    /// `redis.call()` and kin without arguments.
    NO_ARGUMENTS = "ERR Please specify at least one argument for this redis lib call";
    /// An argument of `redis.call` that is neither string nor number.
    ARGUMENT_TYPE = "ERR Lua redis lib command arguments must be strings or integers";
    UNKNOWN_COMMAND = "ERR Unknown Redis command called from script";
    WRONG_ARITY = "ERR Wrong number of args calling Redis command from script";
    NOT_FROM_SCRIPT = "ERR This Redis command is not allowed from script";
    WRITE_IN_READ_ONLY = "ERR Write commands are not allowed from read-only scripts.";
    ACL_INVALID_COMMAND = "ERR Invalid command passed to redis.acl_check_cmd()";
    WRONG_ARGUMENTS = "ERR wrong number or type of arguments";
    WRONG_ARGUMENT_COUNT = "ERR wrong number of arguments";
    LOG_ARGUMENTS = "ERR redis.log() requires two arguments or more.";
    LOG_LEVEL_TYPE = "ERR First argument must be a number (log level).";
    LOG_LEVEL = "ERR Invalid debug level.";
    SETRESP_ARGUMENTS = "ERR redis.setresp() requires one argument.";
    SETRESP_VERSION = "ERR RESP version must be 2 or 3.";
    SET_REPL_ARGUMENTS = "ERR redis.set_repl() requires two arguments.";
    SET_REPL_FLAGS = "ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.";
    /// Conversion of a reply nested too deeply.
    STACK_LIMIT = "ERR reached lua stack limit";

    NO_GLOBAL = "Script attempted to access nonexistent global variable '";
    GLOBAL_ARGUMENTS = "Wrong number of arguments to luaProtectedTableError";
    GLOBAL_KEY = "Second argument to luaProtectedTableError must be a string or number";

    NOT_COMPILED = "ERR Error compiling script (new function): ";
    NOSCRIPT = "NOSCRIPT No matching script. Please use EVAL.";
    READ_ONLY_COMMAND = "ERR Can not execute a script with write flag using *_ro command.";
    SHEBANG_INVALID = "ERR Invalid script shebang";
    SHEBANG_QUOTES = "ERR Invalid engine in script shebang";
    SHEBANG_ENGINE = "ERR Unexpected engine in script shebang: ";
    SHEBANG_OPTION = "ERR Unknown lua shebang option: ";
    SHEBANG_FLAG = "ERR Unexpected flag in script shebang: ";
    /// `SCRIPT KILL` while the script runs.
    KILLED = "ERR Script killed by user with SCRIPT KILL...";
    /// Ours: Redis has no such limit.
    OUT_OF_FUEL = "ERR Script used up its fuel";
    /// Ours.
    OUT_OF_MEMORY = "ERR not enough memory";
    /// Ours: the real server ends here (`../redis7/errors.md`, "Anatomy").
    UNKNOWN_ERROR = "ERR unknown error";
    /// Ours.
    INTERNAL = "ERR the script engine met a defect of its own";
    /// Ours: a host that answers later was asked in a call that waits.
    PENDING = "ERR the host answers later, but the script was run in one go";
}
