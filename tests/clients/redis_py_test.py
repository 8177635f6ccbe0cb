"""redis-py: pipelines, scripts, pub/sub, waiting pops, slow scripts. REDIS_PORT names the server's port."""

import os
import threading
import time
import unittest

import redis

PORT = int(os.environ["REDIS_PORT"])


def connect(**options):
    return redis.Redis(port=PORT, decode_responses=True, **options)


class Tests(unittest.TestCase):
    protocol = 2

    def setUp(self):
        self.r = connect(protocol=self.protocol)
        self.r.flushall()

    def tearDown(self):
        self.r.close()

    def test_values(self):
        self.assertTrue(self.r.set("k", "v", px=5000, nx=True))
        self.assertIsNone(self.r.set("k", "w", nx=True))
        self.assertEqual(self.r.get("k"), "v")
        self.r.hset("h", mapping={"a": 1, "b": 2})
        self.assertEqual(self.r.hgetall("h"), {"a": "1", "b": "2"})
        self.r.zadd("z", {"a": 1.5, "b": 2})
        self.assertEqual(
            [tuple(pair) for pair in self.r.zrange("z", 0, -1, withscores=True)],
            [("a", 1.5), ("b", 2.0)],
        )
        self.r.sadd("s", 1, 2, 3)
        self.assertEqual(self.r.smembers("s"), {"1", "2", "3"})
        self.assertEqual(self.r.info("server")["redis_version"], "7.0.15")
        with self.assertRaises(redis.ResponseError):
            self.r.incr("h")

    def test_pipeline(self):
        with self.r.pipeline() as pipe:
            for i in range(100):
                pipe.rpush("list", i)
            self.assertEqual(pipe.execute(), list(range(1, 101)))
        with self.r.pipeline(transaction=True) as pipe:
            pipe.watch("list")
            self.r.rpush("list", "x")
            pipe.multi()
            pipe.llen("list")
            with self.assertRaises(redis.WatchError):
                pipe.execute()

    def test_scripts(self):
        script = self.r.register_script("return {KEYS[1], ARGV[1], 7, redis.call('INCR', KEYS[1])}")
        self.assertEqual(script(keys=["n"], args=["a"]), ["n", "a", 7, 1])
        with self.assertRaisesRegex(redis.ResponseError, "user_script:1: boom"):
            self.r.eval("error('boom')", 0)
        self.r.function_load(
            "#!lua name=py\nredis.register_function{function_name='one', callback=function() return 1 end, flags={'no-writes'}}",
            replace=True,
        )
        self.assertEqual(self.r.fcall_ro("one", 0), 1)

    def test_pubsub(self):
        listener = self.r.pubsub()
        listener.subscribe("c")
        listener.psubscribe("p*")
        heard = []
        end = time.time() + 5
        while len(heard) < 2 and time.time() < end:
            message = listener.get_message(timeout=0.1)
            if message and message["type"] == "psubscribe":
                self.r.publish("c", "1")
                self.r.publish("pq", "2")
            elif message and message["type"].endswith("message"):
                heard.append((message["channel"], message["data"]))
        self.assertEqual(heard, [("c", "1"), ("pq", "2")])
        listener.close()

    def test_waiting(self):
        replies = []
        other = connect(protocol=self.protocol)
        thread = threading.Thread(target=lambda: replies.append(other.brpop(["a", "b"], timeout=5)))
        thread.start()
        while "flags=b" not in str(self.r.execute_command("CLIENT LIST")) and "'b'" not in str(self.r.client_list()):
            time.sleep(0.01)
        self.r.lpush("b", "x")
        thread.join()
        self.assertEqual([tuple(reply) for reply in replies], [("b", "x")])
        self.assertIsNone(self.r.blpop(["a"], timeout=0.05))
        other.close()

    def test_slow_script(self):
        """The test server tells others BUSY after 100 ms."""
        other = connect(protocol=self.protocol)
        errors = []

        def run():
            try:
                other.eval("while true do end", 0)
            except redis.ResponseError as error:
                errors.append(str(error))

        thread = threading.Thread(target=run)
        thread.start()
        time.sleep(0.3)
        with self.assertRaisesRegex(redis.exceptions.RedisError, "(?i)busy"):
            self.r.get("k")
        self.assertTrue(self.r.script_kill())
        thread.join()
        self.assertRegex(errors[0], "Script killed by user with SCRIPT KILL")
        self.assertIsNone(self.r.get("k"))
        other.close()

    def test_iteration(self):
        self.r.mset({f"k{i}": i for i in range(500)})
        self.assertEqual(len(set(self.r.scan_iter("k*"))), 500)


class TestsInResp3(Tests):
    protocol = 3


if __name__ == "__main__":
    unittest.main()
