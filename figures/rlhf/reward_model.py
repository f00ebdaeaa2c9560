"""Gold and proxy reward against √KL while the proxy is optimised harder and harder."""

from figures.style import BLUE, GREY, ORANGE, figure
from lab.rlhf.playground import overoptimisation, problem


def draw(t):
    curves = overoptimisation(problem())
    drawing, (axis,) = figure(height=3.2)
    rl, best = curves["tilted"], curves["best_of_n"]
    near = rl["distance"] < 3.4
    d = rl["distance"][near]
    axis.plot(d, rl["proxy"][near], "--", color=GREY, label=t("代理奖励", "proxy reward"))
    axis.plot(d, rl["gold"][near], color=BLUE, label=t("真奖励，最优 RL", "gold, optimal RL"))
    label = t("真奖励，best-of-n", "gold, best of n")
    axis.plot(best["distance"], best["gold"], "-.", color=ORANGE, label=label)
    for curve, colour in ((rl, BLUE), (best, ORANGE)):
        top = curve["gold"].argmax()
        axis.plot(curve["distance"][top], curve["gold"][top], "o", color=colour, ms=6)
    axis.axhline(0, color=GREY, lw=0.6)
    axis.set_xlim(0, 3.4)
    axis.set_xlabel(t("离参考策略多远：√KL", "distance from the reference: √KL"))
    axis.set_ylabel(t("奖励（减去参考策略的）", "reward less the reference's"))
    axis.legend(loc="upper left", fontsize=9)
    return drawing
