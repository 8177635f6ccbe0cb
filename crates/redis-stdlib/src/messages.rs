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

    STALE_COMMAND = "ERR Can not execute the command on a stale replica";
    DENIED_COMMAND = "ERR The user executing the script can't run this command or subcommand";
    DENIED_KEY = "ERR The user executing the script can't access at least one of the keys mentioned in the command arguments";
    DENIED_CHANNEL = "ERR The user executing the script can't publish to the channel mentioned in the command";

    /// States of the server ([`crate::Conditions`]).
    OOM = "OOM command not allowed when used memory > 'maxmemory'.";
    MISCONF = "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.";
    NOREPLICAS = "NOREPLICAS Not enough good replicas to write.";
    READONLY = "READONLY You can't write against a read only replica.";
    MASTERDOWN = "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
    NOT_LOCAL = "ERR Script attempted to access a non local key in a cluster node";
    CROSS_SLOT = "ERR Script attempted to access keys that do not hash to the same slot";
    NO_CLUSTER = "ERR Can not run script on cluster, 'no-cluster' flag is set.";

    NO_GLOBAL = "Script attempted to access nonexistent global variable '";
    GLOBAL_ARGUMENTS = "Wrong number of arguments to luaProtectedTableError";
    GLOBAL_KEY = "Second argument to luaProtectedTableError must be a string or number";

    /// The error handler, which is itself Lua in Redis, fails on a read-only table.
    HANDLER_READ_ONLY = "ERR err_handler_def:10: Attempt to modify a readonly table";

    /// A write to a global (PUC as patched in Redis, `lvm.c`).
    READ_ONLY_TABLE = "Attempt to modify a readonly table";

    NOT_COMPILED = "ERR Error compiling script (new function): ";
    NOSCRIPT = "NOSCRIPT No matching script. Please use EVAL.";
    READ_ONLY_COMMAND = "ERR Can not execute a script with write flag using *_ro command.";
    SHEBANG_INVALID = "ERR Invalid script shebang";
    SHEBANG_QUOTES = "ERR Invalid engine in script shebang";
    SHEBANG_ENGINE = "ERR Unexpected engine in script shebang: ";
    SHEBANG_OPTION = "ERR Unknown lua shebang option: ";
    SHEBANG_FLAG = "ERR Unexpected flag in script shebang: ";

    /// `FUNCTION LOAD`, before the library runs.
    LIBRARY_NO_METADATA = "ERR Missing library metadata";
    LIBRARY_METADATA = "ERR Invalid library metadata";
    LIBRARY_OPTION = "ERR Invalid metadata value given: ";
    LIBRARY_NAMED_TWICE = "ERR Invalid metadata value, name argument was given multiple times";
    LIBRARY_UNNAMED = "ERR Library name was not given";
    /// Names of libraries and of functions.
    NAME_LETTERS = "ERR Library names can only contain letters, numbers, or underscores(_) and must be at least one character long";
    LIBRARY_NOT_COMPILED = "ERR Error compiling function: ";
    LIBRARY_FAILED = "ERR Error registering functions: ";
    LIBRARY_EMPTY = "ERR No functions registered";
    LIBRARY_NOT_FOUND = "ERR Library not found";
    LOAD_TIMEOUT = "ERR FUNCTION LOAD timeout";
    NO_FUNCTION = "ERR Function not found";
    PAYLOAD_FOOTER = "ERR DUMP payload version or checksum are wrong";
    PAYLOAD_TYPE = "ERR given type is not a function";
    PAYLOAD_PART = "ERR Failed loading ";
    PAYLOAD_CODE = "ERR Failed loading library payload";

    /// `redis.register_function`.
    REGISTER_NOT_NOW = "ERR redis.register_function can only be called on FUNCTION LOAD command";
    REGISTER_ARGUMENTS = "ERR wrong number of arguments to redis.register_function";
    REGISTER_SINGLE = "ERR calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).";
    REGISTER_FIRST = "ERR first argument to redis.register_function must be a string";
    REGISTER_SECOND = "ERR second argument to redis.register_function must be a function";
    REGISTER_KEY = "ERR named argument key given to redis.register_function is not a string";
    REGISTER_UNKNOWN = "ERR unknown argument given to redis.register_function";
    REGISTER_NAME = "ERR function_name argument given to redis.register_function must be a string";
    REGISTER_DESCRIPTION = "ERR description argument given to redis.register_function must be a string";
    REGISTER_CALLBACK = "ERR callback argument given to redis.register_function must be a function";
    REGISTER_FLAGS = "ERR flags argument to redis.register_function must be a table representing function flags";
    REGISTER_FLAG = "ERR unknown flag given";
    REGISTER_NO_NAME = "ERR redis.register_function must get a function name argument";
    REGISTER_NO_CALLBACK = "ERR redis.register_function must get a callback argument";
    REGISTER_TWICE = "ERR Function already exists in the library";

    /// `SCRIPT KILL` while the script runs.
    KILLED = "ERR Script killed by user with SCRIPT KILL...";
    NOT_BUSY = "NOTBUSY No scripts in execution right now.";
    UNKILLABLE = "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.";
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
