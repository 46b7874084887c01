"""Addresses of recusal."""

from django.urls import path

from .views import challenges, desk, own, reviews, screenings, withdrawals

app_name = "recusal"

urlpatterns = [
    path("mine/", own.OwnRecusalPage.as_view(), name="own"),
    path("mine/declare/", own.DeclarePage.as_view(), name="declare"),
    path("desk/declarations/", desk.DeclarationListPage.as_view(), name="declarations"),
    path("desk/declarations/<int:pk>/", own.DeclarationPage.as_view(), name="declaration"),
    path("mine/relations/<int:pk>/withdraw/", own.WithdrawalAskPage.as_view(), name="relation-withdraw"),
    path("desk/withdrawals/", withdrawals.WithdrawalListPage.as_view(), name="withdrawals"),
    path("desk/withdrawals/<int:pk>/", withdrawals.WithdrawalPage.as_view(), name="withdrawal"),
    path("desk/withdrawals/<int:pk>/rule/", withdrawals.WithdrawalRulePage.as_view(), name="withdrawal-rule"),
    path(
        "desk/withdrawal-rulings/<int:pk>/cosign/",
        withdrawals.WithdrawalCosignPage.as_view(),
        name="withdrawal-cosign",
    ),
    path(
        "desk/withdrawal-rulings/<int:pk>/return/",
        withdrawals.WithdrawalReturnPage.as_view(),
        name="withdrawal-return",
    ),
    path("desk/", desk.FactListPage.as_view(), name="facts"),
    path("desk/facts/register/", desk.RegisterPage.as_view(), name="fact-register"),
    path("desk/facts/<int:pk>/", desk.FactPage.as_view(), name="fact"),
    path("desk/facts/<int:pk>/acknowledge/", own.AcknowledgePage.as_view(), name="fact-acknowledge"),
    path("desk/facts/<int:pk>/rule/", desk.RulePage.as_view(), name="fact-rule"),
    path("desk/facts/<int:pk>/review/", reviews.DiscoveryOpenPage.as_view(), name="discovery-open"),
    path("desk/rulings/<int:pk>/cosign/", desk.CosignPage.as_view(), name="ruling-cosign"),
    path("desk/rulings/<int:pk>/return/", desk.ReturnRulingPage.as_view(), name="ruling-return"),
    path("desk/screenings/", screenings.ScreeningListPage.as_view(), name="screenings"),
    path("desk/screenings/start/", screenings.ScreeningStartPage.as_view(), name="screening-start"),
    path("desk/screenings/<int:pk>/", screenings.ScreeningPage.as_view(), name="screening"),
    path(
        "desk/screenings/<int:pk>/progress/",
        screenings.ScreeningProgressFragment.as_view(),
        name="screening-progress",
    ),
    path("desk/screenings/<int:pk>/resume/", screenings.ScreeningResumePage.as_view(), name="screening-resume"),
    path("desk/unchecked/", screenings.UncheckedListPage.as_view(), name="unchecked"),
    path("challenges/", challenges.ChallengeListPage.as_view(), name="challenges"),
    path("challenges/raise/", challenges.ChallengeRaisePage.as_view(), name="challenge-raise"),
    path("challenges/<int:pk>/", challenges.ChallengePage.as_view(), name="challenge"),
    path("challenges/<int:pk>/rule/", challenges.ChallengeRulePage.as_view(), name="challenge-rule"),
    path(
        "challenge-rulings/<int:pk>/cosign/",
        challenges.ChallengeCosignPage.as_view(),
        name="challenge-cosign",
    ),
    path(
        "challenge-rulings/<int:pk>/return/",
        challenges.ChallengeReturnPage.as_view(),
        name="challenge-return",
    ),
    path("challenges/settings/", desk.SettingsPage.as_view(), name="settings"),
    path("desk/reviews/", reviews.DiscoveryListPage.as_view(), name="discoveries"),
    path("desk/reviews/<int:pk>/", reviews.DiscoveryPage.as_view(), name="discovery"),
    path("desk/reviews/<int:pk>/reassign/", reviews.ReviewReassignPage.as_view(), name="discovery-reassign"),
    path("desk/acts/<int:pk>/review/", reviews.ActReviewPage.as_view(), name="act-review"),
    path("desk/attempts/", desk.AttemptListPage.as_view(), name="attempts"),
]
