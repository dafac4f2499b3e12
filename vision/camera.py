"""Find where a camera stood from points on a flat page: the most probable pose and focal length."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

# What is known before looking: corners are found to about 0.2 px, people hold the camera square to
# the product give or take 10 degrees, and phones have a focal length of about 0.8 of the long side.
_CORNER_DEVIATION = 0.2
_LEAST_DEVIATION = 0.08
_TILT_DEVIATION = np.radians(12.0)
_FOCAL_SHARE, _FOCAL_DEVIATION = 0.85, 0.25
_STEPS = 25

type Residuals = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Camera:
    """A pinhole camera over a plane; `pose` is rotation vector (3), place (3) and log focal share."""

    pose: np.ndarray
    covariance: np.ndarray
    size: tuple[int, int]
    misfit_px: float

    @property
    def to_photo(self) -> np.ndarray:
        """The matrix (3x3) from centimetres in the plane to photo pixels."""
        return _to_photo(self.pose, self.size)

    @property
    def to_plane(self) -> np.ndarray:
        """The matrix (3x3) from photo pixels to centimetres in the plane."""
        return np.linalg.inv(self.to_photo)

    @property
    def tilt_degrees(self) -> float:
        """The angle between the camera's axis and the plane's normal."""
        return float(np.degrees(_tilt(self.pose)))

    def project(self, page: np.ndarray) -> np.ndarray:
        """Map points (n, 2) of the plane in centimetres to photo pixels."""
        return _project(self.to_photo, page)

    def length_error_percent(self, page: np.ndarray) -> float:
        """Return the standard error of lengths between points (n, 2) of the plane, in percent.

        The pose's covariance moves what the same photo pixels would measure.
        """
        seen = self.project(page)
        errors = []
        for first, second in ((0, 1), (0, 2)):

            def length(pose: np.ndarray, pair: tuple[int, int] = (first, second)) -> np.ndarray:
                plane = _project(np.linalg.inv(_to_photo(pose, self.size)), seen)
                return np.atleast_1d(np.linalg.norm(plane[pair[0]] - plane[pair[1]]))

            slope = _jacobian(length, self.pose)[0]
            errors.append(np.sqrt(max(0.0, slope @ self.covariance @ slope)) / length(self.pose)[0])
        return float(100 * max(errors))


def fit_camera(page: np.ndarray, seen: np.ndarray, size: tuple[int, int]) -> Camera | None:
    """Find the camera that saw page points (n, 2; cm) at photo points (n, 2; px); None when none fits.

    `size` is the photo's width and height. Corners that disagree with most others (a shadow's edge was
    taken for the marker's) are left out, and the rest says how exact corners are on this photo.
    """
    kept, noise = np.ones(len(page), bool), _CORNER_DEVIATION
    for _ in range(3):
        camera = _most_probable(page[kept], seen[kept], size, noise)
        if camera is None:
            return None
        off = np.linalg.norm(camera.project(page) - seen, axis=1)
        kept = off <= max(0.3, 2.5 * float(np.median(off)))
        noise = max(_LEAST_DEVIATION, float(np.sqrt(np.mean(off[kept] ** 2) / 2)))
    return camera


def _most_probable(page: np.ndarray, seen: np.ndarray, size: tuple[int, int], noise: float) -> Camera | None:
    """Refine both poses that explain a small page almost equally well and keep the more probable one."""
    residuals = _residuals(page, seen, size, noise)
    solutions = [_refine(residuals, start) for start in _first_poses(page, seen, size)]
    if not solutions:
        return None
    pose, jacobian = min(solutions, key=lambda each: float(np.sum(residuals(each[0]) ** 2)))
    off = np.linalg.norm(_project(_to_photo(pose, size), page) - seen, axis=1)
    return Camera(pose, np.linalg.pinv(jacobian.T @ jacobian), size, float(np.sqrt(np.mean(off**2))))


def _first_poses(page: np.ndarray, seen: np.ndarray, size: tuple[int, int]) -> list[np.ndarray]:
    focal = _FOCAL_SHARE * max(size)
    matrix = np.array([[focal, 0, size[0] / 2], [0, focal, size[1] / 2], [0, 0, 1]])
    flat = np.column_stack([page, np.zeros(len(page))])
    found, turns, places, _ = cv2.solvePnPGeneric(
        flat, seen.astype(float), matrix, None, flags=cv2.SOLVEPNP_IPPE
    )
    if not found:
        return []
    return [
        np.concatenate([turn.ravel(), place.ravel(), [0.0]])
        for turn, place in zip(turns, places, strict=True)
    ]


def _residuals(page: np.ndarray, seen: np.ndarray, size: tuple[int, int], noise: float) -> Residuals:
    def residuals(pose: np.ndarray) -> np.ndarray:
        off = (_project(_to_photo(pose, size), page) - seen) / noise
        return np.concatenate([off.ravel(), [_tilt(pose) / _TILT_DEVIATION, pose[6] / _FOCAL_DEVIATION]])

    return residuals


def _refine(residuals: Residuals, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Minimise the sum of squares with Levenberg and Marquardt's method; return the pose and its slopes."""
    pose, damping = start, 1e-3
    values = residuals(pose)
    for _ in range(_STEPS):
        jacobian = _jacobian(residuals, pose)
        normal = jacobian.T @ jacobian
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal) + 1e-9), -jacobian.T @ values)
        tried = residuals(pose + step)
        if tried @ tried < values @ values:
            pose, values, damping = pose + step, tried, damping * 0.3
        else:
            damping *= 8
    return pose, _jacobian(residuals, pose)


def _jacobian(function: Residuals, at: np.ndarray) -> np.ndarray:
    columns = []
    for i in range(len(at)):
        step = np.zeros(len(at))
        step[i] = 1e-5 * max(1.0, abs(at[i]))
        columns.append((function(at + step) - function(at - step)) / (2 * step[i]))
    return np.stack(columns, axis=1)


def _to_photo(pose: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    focal = _FOCAL_SHARE * np.exp(pose[6]) * max(size)
    turn = cv2.Rodrigues(pose[:3])[0]
    matrix = np.array([[focal, 0, size[0] / 2], [0, focal, size[1] / 2], [0, 0, 1]])
    return matrix @ np.column_stack([turn[:, 0], turn[:, 1], pose[3:6]])


def _tilt(pose: np.ndarray) -> float:
    normal = cv2.Rodrigues(pose[:3])[0][:, 2]
    return float(np.arctan2(np.hypot(normal[0], normal[1]), abs(normal[2])))


def _project(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    lifted = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return lifted[:, :2] / lifted[:, 2:]
