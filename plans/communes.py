"""The communes of a province from the package vietnam-provinces, as agencies: a People's Committee and a Party committee each."""

from functools import cache

from plans.base import DutyName
from plans.finding import fault
from plans.name_order import name_order
from plans.registry import AgencySpec, CommuneSource, RegistryFile

KINDS = ("phuong", "xa", "dac-khu")


def with_communes(registry: RegistryFile) -> RegistryFile:
    """The same registry with its communes among its agencies, after those the file lists."""
    if registry.communes is None:
        return registry
    try:
        communes = _expand(registry.communes.model_dump_json())
    except ValueError as error:
        code = registry.communes.province_code
        advice = "Use the code of one of the 34 provinces since 01/07/2025; Hưng Yên is 33."
        raise fault(registry, ("communes", "province_code"), f"no province has the code {code}", advice) from error
    expanded = registry.model_copy(update={"agencies": [*registry.agencies, *communes]})
    expanded.read_from(registry.source)
    return expanded


@cache
def _expand(source_json: str) -> tuple[AgencySpec, ...]:
    source = CommuneSource.model_validate_json(source_json)
    # Sorted by name within phường, xã and đặc khu: the package's own order and some codes differ between its releases.
    units = sorted(_units(source.province_code), key=lambda u: (KINDS.index(u[0]), name_order(u[2]), u[1]))
    committees = [_agency(source, unit, "ubnd", "UBND", "government", None) for unit in units]
    parties = [_agency(source, unit, "dang-uy", "Đảng ủy", "party", "requested") for unit in units]
    return (*committees, *parties)


def _units(province_code: int) -> list[tuple[str, str, str, str]]:
    """(phuong | xa | dac-khu, slug, printed name, official code) of each commune of a province."""
    from vietnam_provinces import ProvinceCode, Ward  # noqa: PLC0415 - a second of import, only when expanding

    wards = Ward.iter_by_province(ProvinceCode(province_code))
    return [
        (
            "phuong"
            if ward.codename.startswith("phuong_")
            else "dac-khu"
            if ward.codename.startswith("dac_khu_")
            else "xa",
            ward.codename.replace("_", "-"),
            " ".join(ward.name.split()),  # release 2025.10.1 prints "Xã  Bắc Đông Quan"
            f"{ward.code.value:05d}",
        )
        for ward in wards
    ]


def _agency(
    source: CommuneSource,
    unit: tuple[str, str, str, str],
    prefix: str,
    printed: str,
    kind: str,
    duty: DutyName | None,
) -> AgencySpec:
    _, slug, name, official = unit
    place = name[:1].lower() + name[1:]
    return AgencySpec.model_validate(
        {
            "code": f"{prefix}-{slug}",
            "name": f"{'Ủy ban nhân dân' if prefix == 'ubnd' else printed} {place}",
            "short_name": f"{printed} {place}",
            "kind": kind,
            "level": "commune",
            "valid_from": source.valid_from,
            "official_code": official if kind == "government" else None,
            "confidence": source.confidence,
            "source": source.source,
            "duty": duty,
        }
    )
