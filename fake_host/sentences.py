"""What the user reads when a plugin fails. One sentence each: what happened and what it means."""

from __future__ import annotations

from hookspecs import API_VERSION
from hookspecs.calling import PluginProblem


def sentence_for(problem: PluginProblem, title: str = "") -> str:
    """Word a plugin's failure for the person at the desk.

    Args:
        problem: What failed; its English reason stays in the log.
        title: The plugin's title when it is known.
    """
    name = f"«{title or problem.plugin}»"
    if problem.wanted is not None:
        return (
            f"El complemento {name} no se ha cargado: pide la versión {problem.wanted or '(ninguna)'} "
            f"y este programa ofrece la {API_VERSION}; lo demás funciona."
        )
    if problem.where == "load":
        return f"El complemento {name} no se ha podido cargar; lo demás funciona."
    if problem.where == "orthos_startup":
        return f"El complemento {name} no se ha podido iniciar y queda fuera; lo demás funciona."
    return f"El complemento {name} ha fallado; lo demás sigue funcionando. El detalle está en el registro."
