//! `Redis`: scripts and commands on a keyspace in memory, or on commands that JavaScript answers.

use js_sys::{Array, Function};
use redis_server::{Client, Config, KeyspaceHost, Server};
use redis_stdlib::{Answer, Host, Request, Step};
use resp::{Protocol, Reply};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::convert::{self, Strings};
use crate::error;

/// A Redis in memory.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Redis {
    server: Server,
    client: Client,
    clock: Clock,
}

/// Where the time comes from.
#[derive(Debug)]
enum Clock {
    System,
    Fixed(u64),
    Function(Function),
}

impl Clock {
    fn of(options: &JsValue) -> Result<Clock, JsValue> {
        let now = convert::field(options, "now");
        if let Some(function) = now.dyn_ref::<Function>() {
            return Ok(Clock::Function(function.clone()));
        }
        Ok(convert::opt_count(options, "now")?.map_or(Clock::System, Clock::Fixed))
    }

    fn now_ms(&self) -> u64 {
        match self {
            Clock::System => js_sys::Date::now() as u64,
            Clock::Fixed(now_ms) => *now_ms,
            Clock::Function(function) => {
                let now = function.call0(&JsValue::UNDEFINED);
                now.ok().and_then(|now| now.as_f64()).unwrap_or(0.0) as u64
            }
        }
    }
}

#[wasm_bindgen]
impl Redis {
    /// An empty Redis. `options` may hold `seed`, `now` (Unix milliseconds, or a function that gives them),
    /// `fuel` (units of work per script), `memory` (bytes for scripts) and `resp` (2 or 3).
    ///
    /// # Errors
    /// A `TypeError` for a wrong option.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<Redis, JsValue> {
        let mut config = Config::default();
        let seed = convert::opt_count(&options, "seed")?;
        config.keyspace.seed = seed.unwrap_or_else(random);
        config.engine.random_seed = seed;
        config.engine.seeds = [random(), random(), random(), random()];
        if let Some(fuel) = convert::opt_count(&options, "fuel")? {
            config.engine.fuel = fuel;
        }
        if let Some(memory) = convert::opt_count(&options, "memory")? {
            config.engine.memory_bytes = usize::try_from(memory).unwrap_or(usize::MAX);
        }
        let server = Server::new(config).map_err(|failure| error::of_script(&failure))?;
        let mut client = Client::new(1);
        match convert::opt_count(&options, "resp")? {
            None | Some(2) => {}
            Some(3) => client.set_protocol(Protocol::Resp3),
            Some(_) => return Err(error::of_usage("resp: 2 or 3 is expected")),
        }
        Ok(Redis { server, client, clock: Clock::of(&options)? })
    }

    /// Runs a command: an array of its name and arguments. With `{bytes: true}`, strings are given as
    /// `Uint8Array`.
    ///
    /// # Errors
    /// An error reply, as a `RedmoonError`.
    pub fn call(&mut self, argv: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
        let argv = convert::list(argv)?;
        let reply = self.server.execute(&mut self.client, &argv, self.clock.now_ms());
        self.result(reply, strings(options))
    }

    /// Runs a script to its end. `keys` and `args` are arrays of strings, `Uint8Array`s or numbers.
    ///
    /// # Errors
    /// What the script raised, an error that it returned, or what ended it, as a `RedmoonError`.
    pub fn eval(
        &mut self,
        script: &JsValue,
        keys: &JsValue,
        args: &JsValue,
        options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let (script, keys, args) =
            (convert::bytes(script)?, convert::list(keys)?, convert::list(args)?);
        let request = Request::source(&script).keys(&keys).args(&args);
        let now_ms = self.clock.now_ms();
        let session = self.client.session();
        let (keyspace, engine) = self.server.parts();
        let mut host = KeyspaceHost { keyspace, session, now_ms };
        match engine.eval(&mut host, &request) {
            Ok(reply) => self.result(reply, strings(options)),
            Err(failure) => Err(error::of_script(&failure)),
        }
    }

    /// Starts a script whose commands are answered from outside; `resume` runs it. A script in progress is
    /// dropped.
    ///
    /// # Errors
    /// When the script does not compile.
    pub fn start(
        &mut self,
        script: &JsValue,
        keys: &JsValue,
        args: &JsValue,
    ) -> Result<(), JsValue> {
        let (script, keys, args) =
            (convert::bytes(script)?, convert::list(keys)?, convert::list(args)?);
        let request = Request::source(&script).keys(&keys).args(&args).any_command();
        self.server.engine().start(&request).map_err(|failure| error::of_script(&failure))
    }

    /// Goes on with the script for about `fuel` units of work. Gives `{state: "done", value}`, `{state: "fuel"}`
    /// when the units are used up, or `{state: "call", argv}` when a command waits for `answer`.
    ///
    /// # Errors
    /// What the script raised, an error that it returned, or what ended it, as a `RedmoonError`.
    pub fn resume(&mut self, fuel: f64, options: &JsValue) -> Result<JsValue, JsValue> {
        let strings = strings(options);
        let engine = self.server.engine();
        let state = |name| ("state", JsValue::from_str(name));
        match engine.step(fuel as u64) {
            Step::OutOfFuel => Ok(convert::object(&[state("fuel")])),
            Step::Call => {
                let argv = Array::new();
                for argument in engine.call().iter().flat_map(|call| call.argv.iter()) {
                    let argument = Reply::bulk(argument);
                    argv.push(&convert::reply_to_js(&argument, strings));
                }
                Ok(convert::object(&[state("call"), ("argv", argv.into())]))
            }
            Step::Done(Ok(reply)) => {
                let value = self.result(reply, strings)?;
                Ok(convert::object(&[state("done"), ("value", value)]))
            }
            Step::Done(Err(failure)) => Err(error::of_script(&failure)),
        }
    }

    /// Answers the command that the script waits for: `null`, a number, a string, a `Uint8Array`, an array, a
    /// `Map`, a `Set`, an `Error`, or `{status: "OK"}`.
    ///
    /// # Errors
    /// A `TypeError` for a value that is no reply.
    pub fn answer(&mut self, reply: &JsValue) -> Result<(), JsValue> {
        let reply = convert::js_to_reply(reply)?;
        self.server.engine().answer(reply);
        Ok(())
    }

    /// Lets the keyspace answer the command that the script waits for.
    #[wasm_bindgen(js_name = answerHere)]
    pub fn answer_here(&mut self) {
        let now_ms = self.clock.now_ms();
        let session = self.client.session();
        let (keyspace, engine) = self.server.parts();
        let mut host = KeyspaceHost { keyspace, session, now_ms };
        if let Some(call) = engine.call()
            && let Answer::Reply(reply) = host.call(&call)
        {
            engine.answer(reply);
        }
    }

    /// Fuel that the last or current script has used.
    #[wasm_bindgen(getter, js_name = fuelUsed)]
    pub fn fuel_used(&mut self) -> f64 {
        self.server.engine().fuel_used() as f64
    }

    fn result(&self, reply: Reply, strings: Strings) -> Result<JsValue, JsValue> {
        if let Reply::Error(text) = &reply {
            return Err(error::of_reply(text));
        }
        let reply = redis_server::shaped_for(reply, self.client.protocol());
        Ok(convert::reply_to_js(&reply, strings))
    }
}

fn strings(options: &JsValue) -> Strings {
    if convert::field(options, "bytes").is_truthy() { Strings::Bytes } else { Strings::Text }
}

/// A seed from JavaScript's generator.
fn random() -> u64 {
    (js_sys::Math::random() * (1_u64 << 53) as f64) as u64
}
