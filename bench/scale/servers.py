"""The servers of the installation: PostgreSQL, PgBouncer, Redis or Valkey, nginx, gunicorn, workers."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.scale.ground import Ground, program, python, until

OWNER = "commonbeat"
DATABASE = "commonbeat"
STANDBY = "standby"  # the name it gives itself, and the primary waits for


@dataclass
class PostgreSQL:
    """One PostgreSQL server with its folder and port."""

    ground: Ground
    name: str
    port: int = 0
    data: Path = field(default_factory=Path)

    def __post_init__(self) -> None:
        self.port = self.ground.port()
        self.data = self.ground.folder / f"postgresql-{self.name}"

    @property
    def bin(self) -> Path:
        """The folder of its programs; script/scale puts it first on the PATH."""
        return Path(program("initdb")).parent

    def create(self) -> None:
        """An empty cluster. It waits for the disk: what is measured here is what survives."""
        secret = self.ground.write("owner-password", self.ground.password)
        self.ground.make_folder(self.data.name)
        self.ground.run(
            [
                *(str(self.bin / "initdb"), "-D", str(self.data), "-U", OWNER, "--pwfile", str(secret)),
                *("--auth=scram-sha-256", "-E", "UTF8", "--no-locale", "--no-sync"),
            ],
            as_server=True,
        )
        hba = self.data / "pg_hba.conf"
        hba.write_text("host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n")

    def follow(self, primary: PostgreSQL) -> None:
        """A copy of `primary` that streams from it, and whose write-ahead log it keeps until it is fetched."""
        primary.ask("SELECT pg_create_physical_replication_slot(%s)", STANDBY)
        self.ground.make_folder(self.data.name)
        self.ground.run(
            [
                *(str(self.bin / "pg_basebackup"), "-D", str(self.data), "--checkpoint=fast", "--wal-method=stream"),
                *("--write-recovery-conf", "--slot", STANDBY, "--no-sync"),
                *("-d", primary.words(database="", name=STANDBY)),
            ],
            as_server=True,
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 60,
            "shared_buffers": "64MB",
            "dynamic_shared_memory_type": "mmap",
            "hot_standby_feedback": "on",
            "max_slot_wal_keep_size": "1GB",
            "max_wal_senders": 5,
            "log_min_messages": "warning",
        }
        given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.ground.start(
            f"postgresql-{self.name}", [str(self.bin / "postgres"), "-D", str(self.data), *given], as_server=True
        )
        until(f"PostgreSQL {self.name} answers", self.answers, within=60)

    def answers(self) -> bool:
        """Does it take connections?"""
        with contextlib.suppress(psycopg.OperationalError):
            self.ask("SELECT 1")
            return True
        return False

    def words(self, *, database: str = DATABASE, name: str = "scale") -> str:
        """A libpq connection string."""
        to = f" dbname={database}" if database else ""
        return (
            f"host=127.0.0.1 port={self.port} user={OWNER} password={self.ground.password} "
            f"application_name={name} connect_timeout=3{to}"
        )

    def url(self, database: str = DATABASE) -> str:
        """The same as a DATABASE_URL."""
        return f"postgresql://{OWNER}:{self.ground.password}@127.0.0.1:{self.port}/{database}"

    def ask(self, statement: str, *values: object, database: str = "postgres") -> Any:
        """The first column of the first row, or None; in no transaction."""
        with psycopg.connect(self.words(database=database), autocommit=True) as connection:
            found = connection.execute(statement, values)  # type: ignore[arg-type]
            row = found.fetchone() if found.description else None
        return row[0] if row else None

    def tell(self, *statements: str) -> None:
        """Statements that return nothing, then a reload of the settings."""
        for statement in (*statements, "SELECT pg_reload_conf()"):
            self.ask(statement)

    def wait_for_standby(self) -> None:
        """From now on acknowledge a commit only when the standby has it on its disk; nothing commits without one."""
        self.tell(
            "ALTER SYSTEM RESET synchronous_commit",  # to `on`
            f"ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 ({STANDBY})'",
        )

    def standby_state(self) -> str:
        """`sync` where commits wait for the standby."""
        return self.ask("SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'") or "none"

    def kill(self) -> None:
        """Kill -9 the server and every process of its own at once, as a machine that loses its power does."""
        name = f"postgresql-{self.name}"
        process = self.ground.running.pop(name)
        family = [process.pid, *children(process.pid)]
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait(10)
        (self.ground.folder / "pids" / name).unlink(missing_ok=True)

    def process_called(self, words: str) -> int:
        """The process of this server whose title holds `words`."""
        for pid in children(self.ground.running[f"postgresql-{self.name}"].pid):
            if words in Path(f"/proc/{pid}/cmdline").read_text(errors="replace"):
                return pid
        raise SystemExit(f"PostgreSQL {self.name} has no {words}.")


def children(pid: int) -> list[int]:
    """The processes that process started (Linux)."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # the name, in brackets, may hold anything; after it come the state and the parent
            if int(status.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(status.parent.name))
    return found


class Pooler:
    """PgBouncer in transaction mode: the one address the site knows its databases by."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.port = ground, ground.port()
        self.users = ground.write("pgbouncer-users", f'"{OWNER}" "{ground.password}"\n')

    def lead(self, *, primary: PostgreSQL, replica: PostgreSQL) -> None:
        """Lead `commonbeat` to the one and `commonbeat_replica` to the other, from now on."""

        def line(name: str, to: PostgreSQL, database: str) -> str:
            return f"{name} = host=127.0.0.1 port={to.port} dbname={database}"

        text = "\n".join(
            [
                "[databases]",
                line(DATABASE, primary, DATABASE),
                line(f"{DATABASE}_replica", replica, DATABASE),
                line(f"test_{DATABASE}", primary, f"test_{DATABASE}"),
                "[pgbouncer]",
                f"listen_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =",
                f"auth_type = scram-sha-256\nauth_file = {self.users}\nadmin_users = {OWNER}",
                "pool_mode = transaction\nmax_client_conn = 200\ndefault_pool_size = 16",
                "server_login_retry = 1\nserver_connect_timeout = 3\nquery_wait_timeout = 10",
                "",
            ]
        )
        file = self.ground.write("pgbouncer.ini", text)
        if running := self.ground.running.get("pgbouncer"):
            os.kill(running.pid, signal.SIGHUP)  # the same as RELOAD on its console
        else:
            self.ground.start("pgbouncer", [program("pgbouncer"), str(file)], as_server=True)

    def url(self, database: str = DATABASE) -> str:
        """A DATABASE_URL."""
        return f"postgresql://{OWNER}:{self.ground.password}@127.0.0.1:{self.port}/{database}"


class Cache:
    """Valkey, or Redis where there is none: the cache all web processes share."""

    def __init__(self, ground: Ground) -> None:
        self.port, self.password = ground.port(), ground.password
        self.program = program("valkey-server", "redis-server")
        self.ground = ground
        self.file = ground.write(
            "cache.conf",
            f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\nsave ""\nappendonly no\n'
            f"dir {ground.make_folder('cache')}\n",
        )
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.ground.start("cache", [self.program, str(self.file)], as_server=True)
        until("the cache answers", self.answers)

    def end(self) -> None:
        """Take it away."""
        self.ground.end("cache")

    @property
    def url(self) -> str:
        """A CACHE_URL."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def ask(self) -> Any:
        """A client of it."""
        import redis

        return redis.Redis.from_url(self.url)

    def answers(self) -> bool:
        """Does it?"""
        import redis

        try:
            return bool(self.ask().ping())
        except redis.RedisError:
            return False

    def public_pages(self) -> set[bytes]:
        """The keys of the public pages that are kept."""
        return set(self.ask().scan_iter("public:*:page:*"))

    def hits(self) -> int:
        """How many lookups have found something."""
        return int(self.ask().info("stats")["keyspace_hits"])


class Site:
    """Two web and two worker processes behind one address."""

    def __init__(self, ground: Ground, pooler: Pooler, cache: Cache) -> None:
        self.ground = ground
        self.webs = {"web-a": ground.port(), "web-b": ground.port()}
        self.port = ground.port()
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "COMMONBEAT_MODE": "demo",
            "COMMONBEAT_SECRET_KEY": ground.password * 2,
            "COMMONBEAT_BASE_URL": f"http://127.0.0.1:{self.port}",
            "COMMONBEAT_VAR": str(ground.make_folder("var")),
            "COMMONBEAT_STATIC_ROOT": str(ground.folder / "static"),
            "COMMONBEAT_BEHIND_PROXY": "1",
            "COMMONBEAT_TASKS": "database",
            "COMMONBEAT_DB_POOLED": "1",
            "COMMONBEAT_LOG_LEVEL": "WARNING",
            "DATABASE_URL": pooler.url(),
            "REPLICA_URL": pooler.url(f"{DATABASE}_replica"),
            "CACHE_URL": cache.url,
        }

    def manage(self, *words: str, database_url: str = "") -> str:
        """Run a manage.py command to its end; returns what it said."""
        environment = self.environment | ({"DATABASE_URL": database_url} if database_url else {})
        if database_url:
            environment.pop("REPLICA_URL")
            environment.pop("COMMONBEAT_DB_POOLED")
        return self.ground.run([python(), "manage.py", *words], environment=environment)

    def start(self) -> None:
        """Start everything and wait until the address answers."""
        for name, port in self.webs.items():
            self.ground.start(
                name,
                [
                    *(python(), "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1"),
                    *("--threads", "6", "--log-level", "warning", "--no-control-socket"),
                ],
                environment=self.environment,
            )
        for name in ("worker-a", "worker-b"):
            self.start_worker(name)
        self._start_proxy()
        until("both web processes answer", self.answers, within=60)

    def start_worker(self, name: str) -> subprocess.Popen[bytes]:
        """A worker, as its supervisor would start it, and start it again."""
        return self.ground.start(
            name, [python(), "manage.py", "db_worker", "--interval", "0.2"], environment=self.environment
        )

    def supervise(self) -> int:
        """Start again the workers that ended, as systemd would; returns how many."""
        ended = [name for name, process in self.ground.running.items() if process.poll() is not None]
        workers = [name for name in ended if name.startswith("worker")]
        for name in workers:
            self.start_worker(name)
        return len(workers)

    def answers(self) -> bool:
        """Do all three addresses say that the database is well, and the replica too?"""
        from bench.scale.visitors import Visitor

        try:
            answers = [Visitor(port, host=self.port).get("/health/") for port in (*self.webs.values(), self.port)]
        except OSError:
            return False
        return all(answer.status == 200 and '"replica": "ok"' in answer.text for answer in answers)

    def _start_proxy(self) -> None:
        where = self.ground.make_folder("nginx")
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"  {kind}_temp_path {where}/{kind};\n" for kind in kinds)
        behind = "".join(f"    server 127.0.0.1:{port};\n" for port in self.webs.values())
        file = self.ground.write(
            "nginx.conf",
            f"daemon off;\npid {where}/pid;\nerror_log stderr warn;\nevents {{}}\nhttp {{\n"
            f"  access_log off;\n{temporary}  upstream webs {{\n{behind}  }}\n"
            f"  server {{\n    listen 127.0.0.1:{self.port};\n    location / {{\n"
            "      proxy_pass http://webs;\n"
            "      proxy_set_header Host $http_host;\n"
            "      proxy_set_header X-Forwarded-Proto $scheme;\n"
            "      proxy_set_header X-Forwarded-For $remote_addr;\n"
            "      client_max_body_size 12m;\n    }\n  }\n}\n",
        )
        self.ground.start("nginx", [program("nginx"), "-c", str(file), "-p", str(where)], as_server=True)
