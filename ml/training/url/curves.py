"""Draws the ROC curve and the reliability of the probability as SVG, with nothing but text."""
import os

import numpy as np

SIZE, MARGIN = 320, 46
COLOURS = ('#1f5fa8', '#c2410c', '#15803d', '#7c3aed')
RATE_TICKS = (0.001, 0.01, 0.1, 1.0)
LEAST_RATE = 0.0005
BINS = 10


def picture(title: str, across: str, up: str, ticks: list[tuple[float, str]], lines: dict[str, list[tuple[float, float]]],
            diagonal: bool) -> str:
    """One square picture; places run from 0 to 1 both ways."""
    def x(place: float) -> float:
        return round(MARGIN + place * SIZE, 1)

    def y(place: float) -> float:
        return round(24 + (1 - place) * SIZE, 1)

    width, height = SIZE + MARGIN + 20, SIZE + 70
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11">',
           f'<title>{title}</title>', f'<rect width="{width}" height="{height}" fill="#fff"/>',
           f'<rect x="{x(0)}" y="{y(1)}" width="{SIZE}" height="{SIZE}" fill="none" stroke="#888"/>',
           f'<text x="{x(0.5)}" y="16" text-anchor="middle" font-weight="bold">{title}</text>',
           f'<text x="{x(0.5)}" y="{y(0) + 34}" text-anchor="middle">{across}</text>',
           f'<text transform="translate(12 {y(0.5)}) rotate(-90)" text-anchor="middle">{up}</text>']
    for place, label in ticks:
        out += [f'<line x1="{x(place)}" y1="{y(0)}" x2="{x(place)}" y2="{y(1)}" stroke="#ddd"/>',
                f'<text x="{x(place)}" y="{y(0) + 16}" text-anchor="middle">{label}</text>']
    for tenth in range(0, 11, 2):
        out += [f'<line x1="{x(0)}" y1="{y(tenth / 10)}" x2="{x(1)}" y2="{y(tenth / 10)}" stroke="#ddd"/>',
                f'<text x="{x(0) - 5}" y="{y(tenth / 10) + 4}" text-anchor="end">{tenth / 10:g}</text>']
    if diagonal:
        out.append(f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="#888" stroke-dasharray="4 4"/>')
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = ' '.join(f'{x(a)},{y(b)}' for a, b in points)
        out += [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
                f'<text x="{x(1) - 8}" y="{y(0) - 12 - 15 * number}" text-anchor="end" fill="{colour}">{name}</text>']
    return '\n'.join([*out, '</svg>', ''])


def log_place(rate: float) -> float:
    low = np.log10(LEAST_RATE)
    return float(np.clip((np.log10(max(rate, LEAST_RATE)) - low) / -low, 0, 1))


def roc(labels: np.ndarray, scores: np.ndarray) -> list[tuple[float, float]]:
    """Some hundred points of the ROC curve, false alarms on a logarithmic scale."""
    benign, malicious = np.sort(scores[labels == 0]), np.sort(scores[labels == 1])
    points = []
    for rate in np.logspace(np.log10(LEAST_RATE), 0, 120):
        at = benign[min(len(benign) - 1, max(0, int((1 - rate) * len(benign))))] if rate < 1 else -np.inf
        points.append((log_place(rate), float((malicious > at).mean())))
    return points


def reliability(labels: np.ndarray, scores: np.ndarray) -> list[tuple[float, float]]:
    """Mean probability and share of malicious rows, by tenths of the probability."""
    probability = 1 / (1 + np.exp(-scores))
    place = np.minimum((probability * BINS).astype(int), BINS - 1)
    return [(float(probability[place == b].mean()), float(labels[place == b].mean())) for b in range(BINS) if (place == b).any()]


def write(folder: str, sets: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """roc.svg and calibration.svg of name → (labels, log odds)."""
    rates = [(log_place(rate), f'{100 * rate:g} %') for rate in RATE_TICKS]
    tenths = [(tenth / 10, f'{tenth / 10:g}') for tenth in range(0, 11, 2)]
    pictures = {'roc.svg': picture('ROC', 'false alarms (log scale)', 'caught', rates, {name: roc(*rows) for name, rows in sets.items()}, False),
                'calibration.svg': picture('Calibration', 'probability given', 'share malicious', tenths,
                                           {name: reliability(*rows) for name, rows in sets.items()}, True)}
    for name, content in pictures.items():
        with open(os.path.join(folder, name), 'w', encoding='utf8') as file:
            file.write(content)
