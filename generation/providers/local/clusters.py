"""k-means that gives the same answer every time.

`cv2.kmeans` draws its start from a random generator; here the start is the farthest-point rule,
so that two runs on one photo, in two threads, agree to the last byte.
"""

import numpy as np

ROUNDS = 12


def starts(points: np.ndarray, count: int) -> np.ndarray:
    """`count` starting centres: the point nearest the mean, then each time the one farthest away."""
    first = points[np.argmin(((points - points.mean(0)) ** 2).sum(1))]
    centres = [first]
    nearest = ((points - first) ** 2).sum(1)
    for _ in range(count - 1):
        # The 98th percentile instead of the maximum: one odd pixel is not a colour.
        limit = np.percentile(nearest, 98)
        pick = int(np.argmin(np.abs(nearest - limit)))
        centres.append(points[pick])
        nearest = np.minimum(nearest, ((points - points[pick]) ** 2).sum(1))
    return np.array(centres, np.float32)


def assign(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Index of the nearest centre for each point; (n, d) and (k, d) to (n,)."""
    distance = (centres**2).sum(1)[None, :] - 2 * points @ centres.T
    return np.argmin(distance, axis=1)


def kmeans(points: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Centres (k, d) and labels (n,) of float32 points (n, d); empty clusters are dropped."""
    points = np.asarray(points, np.float32)
    centres = starts(points, min(count, len(points)))
    labels = assign(points, centres)
    for _ in range(ROUNDS):
        sizes = np.bincount(labels, minlength=len(centres))
        sums = np.stack(
            [np.bincount(labels, points[:, d], len(centres)) for d in range(points.shape[1])], axis=1
        )
        centres = (sums[sizes > 0] / sizes[sizes > 0, None]).astype(np.float32)
        moved = assign(points, centres)
        if len(sizes) == len(centres) and np.array_equal(moved, labels):
            break
        labels = moved
    return centres, labels
