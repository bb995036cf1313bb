"""Words that say a number or a name in a list is not the member's: "Spouse Mobile"."""

from collections.abc import Set


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


SOMEBODY_ELSE = _set(
    """
    spouse partner wife husband emergency ice parent parents mother mom mum mommy father dad
    daddy guardian child children kid kids son daughter sibling brother sister grandparent
    grandmother grandfather grandma grandpa aunt uncle relative relation relationship parentesco kin
    next caregiver nanny babysitter carer fiance fiancee assistant manager supervisor boss
    referred referral referrer inviter invited sponsor doctor physician dentist lawyer
    attorney landlord roommate neighbor neighbour friend mentor company organization
    organisation employer school church clinic hospital pharmacy vet reference worker teacher leader
    grandson granddaughter grandchild grandchildren nephew niece cousin stepmother stepfather aide
    nurse caretaker emerg reception receptionist desk poa
    pastor elder deacon shepherd coach counselor
    responsible dependent beneficiary witness creator created updated modified submitted
    conyuge esposo esposa pareja marido mujer emergencia padre padres madre papa mama tutor
    tutora hijo hija hijos hijas nino ninos familiar abuelo abuela tio tia hermano hermana
    acudiente apoderado apoderada responsable encargado encargada asistente jefe empresa
    compania escuela lider vecino vecina amigo amiga referencia referido padrino madrina
    medico organizacion conjoint urgence notfall khan
    الطواري الزوج الزوجة 緊急 紧急 配偶 父母 家长
    家長 배우자 비상 보호자 부모
    """
)
_NO_PERSON = _set(
    """
    company organization organisation employer school church clinic hospital pharmacy vet reference
    referred referral invited created updated modified submitted empresa compania escuela
    organizacion referencia
    """
)
# With one of these, a household or a contact is someone else.
OF_A_HOUSEHOLD = _set("contact contacto head primary principal cabeza")
ANOTHER = _set(
    """
    secondary alternate alt alternative other another second additional backup otro otra alterno
    alternativo adicional autre outro
    """
)


def is_somebody_else(words: Set[str]) -> bool:
    if words & SOMEBODY_ELSE:
        return True
    if words & {"household", "family", "hogar"} and words & OF_A_HOUSEHOLD:
        return True
    # Vietnamese for a relative; "than" alone is English.
    if words >= {"nguoi", "than"}:
        return True
    return bool(words & {"contact", "contacto"} and words & ANOTHER)


def is_person(words: Set[str]) -> bool:
    """Whether somebody else has a name, and perhaps a number beside it."""
    return is_somebody_else(words) and not words & _NO_PERSON
