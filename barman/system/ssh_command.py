# SPDX-License-Identifier: MIT
"""An `ssh_command` of the configuration, taken apart: pure, nothing is run here.

What the client makes of it is asked of the client itself (`ssh -G`), so that its own
configuration files, tokens and defaults count; `Settings` reads that answer.
"""

from __future__ import annotations

import shlex

from barman.errors import ConfigError
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ALIVE_INTERVAL = 15  # seconds of silence after which a peer is asked whether it lives
ALIVE_COUNT = 3  # unanswered questions after which it counts as gone
CONNECT_TIMEOUT = 30

_WITH_VALUE = "BbcDEeFIiJLlmOoPpQRSWw"
_LETTERS_KEPT = frozenset("pliqovTxanCcFk")
_OPTIONS_KEPT = frozenset(
    (
        "batchmode",
        "ciphers",
        "compression",
        "connecttimeout",
        "connectionattempts",
        "forwardagent",
        "forwardx11",
        "globalknownhostsfile",
        "gssapiauthentication",
        "hashknownhosts",
        "hostname",
        "identitiesonly",
        "identityfile",
        "kbdinteractiveauthentication",
        "loglevel",
        "passwordauthentication",
        "port",
        "preferredauthentications",
        "pubkeyauthentication",
        "requesttty",
        "serveralivecountmax",
        "serveraliveinterval",
        "stricthostkeychecking",
        "tcpkeepalive",
        "user",
        "userknownhostsfile",
    )
)
# Settings that only the OpenSSH client honours, with the values that ask for nothing.
_FOREIGN: Mapping[str, frozenset[str]] = {
    "addressfamily": frozenset(("any",)),
    "bindaddress": frozenset(),
    "bindinterface": frozenset(),
    "canonicalizehostname": frozenset(("false", "no")),
    "certificatefile": frozenset(("none",)),
    "controlmaster": frozenset(("false", "no")),
    "controlpath": frozenset(("none",)),
    "hostbasedauthentication": frozenset(("no",)),
    "hostkeyalias": frozenset(),
    "identityagent": frozenset(("SSH_AUTH_SOCK",)),
    "knownhostscommand": frozenset(("none",)),
    "permitlocalcommand": frozenset(("no",)),
    "pkcs11provider": frozenset(("none",)),
    "proxycommand": frozenset(("none",)),
    "proxyjump": frozenset(("none",)),
    "pubkeyauthentication": frozenset(("true", "yes")),
    "remotecommand": frozenset(("none",)),
    "requesttty": frozenset(("auto", "false", "no")),
    "revokedhostkeys": frozenset(("none",)),
    "setenv": frozenset(),
    "tunnel": frozenset(("false", "no")),
    "verifyhostkeydns": frozenset(("false", "no")),
}
_FAST_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")


@frozen()
class SshCommand:
    """The words of an `ssh_command`; only those of an `ssh` are understood."""

    argv: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()
    destination: str | None = None
    remainder: tuple[str, ...] = ()

    @property
    def is_openssh(self) -> bool:
        """Whether the program is called `ssh`; any other is run, not interpreted."""
        return self.argv[0].rpartition("/")[2] == "ssh" and self.destination is not None

    @property
    def label(self) -> str:
        """The destination, for messages."""
        return self.destination if self.is_openssh and self.destination else self.text

    @property
    def text(self) -> str:
        """The command as it is shown."""
        return " ".join(self.argv)

    def named_options(self) -> Iterator[tuple[str, str]]:
        """Yield name, in lower case, and value of each `-o`."""
        for letter, value in self.options:
            if letter == "o":
                name, _, rest = value.replace("=", " ", 1).partition(" ")
                yield name.strip().lower(), rest.strip()


@frozen()
class Settings:
    """What the OpenSSH client makes of a command: its answer to `-G`."""

    values: Mapping[str, tuple[str, ...]]

    @classmethod
    def parse(cls, answer: str) -> Settings:
        """Read lines of a keyword and its value; a keyword may come repeatedly."""
        values: dict[str, tuple[str, ...]] = {}
        for line in answer.splitlines():
            name, _, value = line.partition(" ")
            values[name.lower()] = (*values.get(name.lower(), ()), value.strip())
        return cls(values)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a keyword."""
        return self.values.get(name, ())

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of a keyword."""
        return self.all(name)[0] if self.all(name) else default

    def is_on(self, name: str) -> bool:
        """Whether a switch is on."""
        return self.get(name) in ("yes", "true")


def parse_ssh_command(text: str) -> SshCommand:
    """Take an `ssh_command` apart.

    Raises:
        ConfigError: it is empty, or a quote is not closed.
    """
    try:
        argv = tuple(shlex.split(text))
    except ValueError as error:
        raise ConfigError(f'cannot read the ssh command "{text}": {error}') from error
    if not argv:
        raise ConfigError("the ssh command is empty")
    options: list[tuple[str, str]] = []
    words = list(argv[1:])
    destination = None
    while words:
        if words[0].startswith("-") and len(words[0]) > 1:
            options += _options(words)
        elif destination is None:
            destination = words.pop(0)
        else:
            break  # The rest is the beginning of the remote command.
    return SshCommand(argv, tuple(options), destination, tuple(words))


def client_argv(command: SshCommand, settings: Settings | None) -> tuple[str, ...]:
    """Return the words that run the client: never asking, never trusting a changed key.

    With the OpenSSH client the first value of an option counts, hence ours come first.
    """
    if not command.is_openssh:
        batch = ("-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=accept-new")
        return (*command.argv, *batch)
    # Errors are shown even if the user asked for quiet (-q), and nothing else is.
    ours = ["BatchMode=yes", "LogLevel=ERROR"]
    theirs = [word for word in command.argv[1:] if word != "-q"]
    if settings is None or not settings.is_on("stricthostkeychecking"):
        ours.append("StrictHostKeyChecking=accept-new")
    if settings is None or settings.get("serveraliveinterval", "0") == "0":
        ours.append(f"ServerAliveInterval={ALIVE_INTERVAL}")
        ours.append(f"ServerAliveCountMax={ALIVE_COUNT}")
    if settings is None or settings.get("connecttimeout", "none") == "none":
        ours.append(f"ConnectTimeout={CONNECT_TIMEOUT}")
    if settings is not None and not names_ciphers(command):
        ciphers = settings.get("ciphers").split(",")
        fast = [cipher for cipher in _FAST_CIPHERS if cipher in ciphers]
        rest = [cipher for cipher in ciphers if cipher not in fast]
        if fast:
            ours.append(f"Ciphers={','.join([*fast, *rest])}")
    words = [word for option in ours for word in ("-o", option)]
    return (command.argv[0], *words, *theirs)


def reason_for_client(command: SshCommand, settings: Settings | None) -> str | None:
    """Return why only the OpenSSH client can do this, or None if we can ourselves."""
    if not command.is_openssh:
        return f'"{command.argv[0]}" is not ssh'
    if command.remainder:
        return "the ssh command holds words after the destination"
    for option in _unknown_options(command):
        return f"option {option}"
    if settings is None:
        return "the client cannot tell its settings"
    for name, harmless in _FOREIGN.items():
        if any(value not in harmless for value in settings.all(name)):
            return f"{name} is {settings.get(name)}"
    return None


def _unknown_options(command: SshCommand) -> Iterator[str]:
    for letter, _ in command.options:
        if letter not in _LETTERS_KEPT:
            yield f"-{letter}"
    for name, value in command.named_options():
        if name not in _OPTIONS_KEPT and name not in _FOREIGN:
            yield name
        if name == "gssapiauthentication" and value == "yes":
            yield name


def names_ciphers(command: SshCommand) -> bool:
    """Whether the command itself chooses ciphers."""
    return any(letter == "c" for letter, _ in command.options) or any(
        name == "ciphers" for name, _ in command.named_options()
    )


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Take the option letters of the first word, and a value from the next one."""
    letters = words.pop(0)[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter in _WITH_VALUE:
            value = letters or (words.pop(0) if words else "")
            yield letter, value
            return
        yield letter, ""
