"""Calling plugins so that a bad one costs only itself.

pluggy stops a whole call at the first exception. Here one implementation is called at a time; whatever it raises is
logged under the plugin's name and handed to `on_error`, and the next one is called. Hosts use it, and so do plugins
through `HostContext.hooks`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from hookspecs.markers import API_VERSION, ENTRY_POINT_GROUP, PROJECT
from hookspecs.specs import OrthosSpecs
from hookspecs.traces import wordless_trace
from hookspecs.values import PluginInfo

SLOW_S = 0.05
"""A hook on the GUI thread that takes longer is logged: the window must never wait."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HookResult:
    """What one plugin gave. `value` is never None; a list or anything lazy that it returned is a tuple by now."""

    plugin: str
    value: Any


@dataclass(frozen=True, slots=True)
class PluginProblem:
    """A plugin that could not be started, or a hook that failed.

    Attributes:
        plugin: The plugin's name.
        where: The hook, or ``"load"``.
        reason: English, for the log; the host words its own sentence.
        wanted: The contract that the plugin was written for, when that is why it could not be started.
    """

    plugin: str
    where: str
    reason: str
    wanted: str | None = None


class ContractMismatchError(Exception):
    """A plugin was written for a contract that this host does not fulfil.

    Attributes:
        wanted: That contract; None when the plugin names none.
    """

    def __init__(self, message: str, wanted: str | None = None) -> None:
        super().__init__(message)
        self.wanted = wanted


_SPEAKING = (ContractMismatchError, ImportError, pluggy.PluginValidationError)
# Their words tell of versions, modules and arguments; those of any other error may carry a patient's phone.


def check_contract(wanted: str, offered: str = API_VERSION) -> None:
    """Compare the contract that a plugin was written for with the one in use.

    The same major and an equal or older minor fit.

    Raises:
        ContractMismatchError: When they do not fit, or `wanted` is not ``major.minor``.
    """
    try:
        major, minor = (int(part) for part in wanted.split("."))
    except ValueError:
        raise ContractMismatchError(f"{wanted!r} is not a contract version such as {offered}", wanted) from None
    our_major, our_minor = (int(part) for part in offered.split("."))
    if major != our_major or minor > our_minor:
        raise ContractMismatchError(f"written for contract {wanted}, this host offers {offered}", wanted)


class PluginCalls:
    """The plugins of a running host, and the only way in which they are called.

    Args:
        manager: A pluggy manager; made here, with the specifications in place, unless given.
        on_error: Told of every failure, on the thread of the call.
    """

    def __init__(
        self,
        manager: pluggy.PluginManager | None = None,
        on_error: Callable[[PluginProblem], None] | None = None,
    ) -> None:
        self.manager = manager or pluggy.PluginManager(PROJECT)
        if manager is None:
            self.manager.add_hookspecs(OrthosSpecs)
        self.infos: dict[str, PluginInfo] = {}
        self._on_error = on_error

    def load_entry_points(self, found: Iterable[EntryPoint] | None = None) -> list[PluginProblem]:
        """Load and register every plugin of the entry-point group, one by one.

        Args:
            found: What to load instead of the installed entry points.

        Returns:
            The plugins that did not make it, with the reason; the others are registered.
        """
        points = entry_points(group=ENTRY_POINT_GROUP) if found is None else found
        problems = (self._load(point) for point in points)
        return [problem for problem in problems if problem is not None]

    def register(self, plugin: object, name: str) -> PluginProblem | None:
        """Register one plugin that is in memory already; gives the problem instead of raising it."""
        taken = self.manager.has_plugin(name)
        try:
            hash(plugin)  # pluggy sorts plugins out by hash when it calls a *neighbour*: refuse it here, not there
            self.manager.register(plugin, name=name)
            info = self._ask_info(name)
            check_contract(info.api)
        except BaseException as error:  # a plugin may raise SystemExit at import or registration; Ctrl-C is ours
            if isinstance(error, KeyboardInterrupt):
                raise
            if not taken:  # else it is another plugin that bears the name, and it did nothing wrong
                self.drop(name)
            return self.report(name, "load", error)
        self.infos[name] = info
        return None

    def drop(self, name: str) -> None:
        """Forget a plugin: none of its hooks is called any more."""
        if self.manager.get_plugin(name) is not None:
            self.manager.unregister(name=name)
        self.infos.pop(name, None)

    def each(self, hook_name: str, /, **arguments: Any) -> list[HookResult]:
        """Call every implementation of a hook, in order of registration.

        A result of None is left out. A lazy result is drawn to its end here, where its failure is still the plugin's.
        """
        return list(self._results(hook_name, arguments))

    def first(self, hook_name: str, /, **arguments: Any) -> HookResult | None:
        """Call implementations in order of registration until one gives something other than None."""
        return next(self._results(hook_name, arguments), None)

    def call(self, plugin: str, hook_name: str, /, **arguments: Any) -> HookResult | None:
        """Call one plugin's implementation of a hook, if it has one."""
        wanted = self.manager.get_plugin(plugin)
        for name, implementer in self._implementers(hook_name):
            if implementer is wanted:
                return self._call_one(hook_name, name, implementer, arguments)
        return None

    def report(self, plugin: str, where: str, error: BaseException) -> PluginProblem:
        """Log a failure under the plugin's name and hand it to `on_error`.

        For hosts too, where something fails that a plugin handed out: a panel's `create`, a menu entry's `run`.
        """
        wanted = error.wanted if isinstance(error, ContractMismatchError) else None
        words = f": {error}" if isinstance(error, _SPEAKING) else ""
        problem = PluginProblem(plugin, where, type(error).__name__ + words, wanted)
        logger.error("plugin %s failed in %s: %s\n%s", plugin, where, problem.reason, wordless_trace(error))
        if self._on_error is not None:
            self._on_error(problem)
        return problem

    def _results(self, hook_name: str, arguments: dict[str, Any]) -> Iterator[HookResult]:
        for name, plugin in self._implementers(hook_name):
            result = self._call_one(hook_name, name, plugin, arguments)
            if result is not None:
                yield result

    def _implementers(self, hook_name: str) -> list[tuple[str, object]]:
        caller = getattr(self.manager.hook, hook_name)
        # A wrapper would stand around other plugins' calls, where its failure is no longer its own.
        impls = (impl for impl in caller.get_hookimpls() if not (impl.wrapper or impl.hookwrapper))
        return [(impl.plugin_name, impl.plugin) for impl in impls]

    def _all_but(self, plugin: object, hook_name: str) -> list[object]:
        caller = getattr(self.manager.hook, hook_name)
        return [impl.plugin for impl in caller.get_hookimpls() if impl.plugin is not plugin]

    def _call_one(self, hook_name: str, name: str, plugin: object, arguments: dict[str, Any]) -> HookResult | None:
        others = self._all_but(plugin, hook_name)
        started = time.perf_counter()
        try:
            values = self.manager.subset_hook_caller(hook_name, others)(**arguments)
            # pluggy gives a list of one, or of none where the plugin returned None
            value = values[0] if values else None
            if isinstance(value, Iterable) and not isinstance(value, (str, bytes, tuple, Mapping)):
                value = tuple(value)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            self.report(name, hook_name, error)
            return None
        finally:
            took_s = time.perf_counter() - started
            if took_s > SLOW_S:
                logger.warning("plugin %s took %.0f ms in %s", name, took_s * 1000, hook_name)
        return None if value is None else HookResult(name, value)

    def _load(self, point: EntryPoint) -> PluginProblem | None:
        try:
            plugin = point.load()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            return self.report(point.name, "load", error)
        return self.register(plugin, point.name)

    def _ask_info(self, name: str) -> PluginInfo:
        plugin = self.manager.get_plugin(name)
        others = self._all_but(plugin, "orthos_plugin_info")
        infos = self.manager.subset_hook_caller("orthos_plugin_info", others)()
        if not infos or not isinstance(infos[0], PluginInfo):
            raise ContractMismatchError("it does not implement orthos_plugin_info")
        return infos[0]
