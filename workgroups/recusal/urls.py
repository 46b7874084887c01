"""Addresses of recusal; names live in the namespace `workgroups`."""

from django.urls import path

from .views import challenges, desk, own, reviews, screenings, withdrawals

urlpatterns = [
    path("mine/", own.OwnRecusalPage.as_view(), name="recusal-own"),
    path("mine/declare/", own.DeclarePage.as_view(), name="recusal-declare"),
    path("desk/declarations/", desk.DeclarationListPage.as_view(), name="recusal-declarations"),
    path("desk/declarations/<int:pk>/", own.DeclarationPage.as_view(), name="recusal-declaration"),
    path("mine/relations/<int:pk>/withdraw/", own.WithdrawalAskPage.as_view(), name="recusal-withdraw"),
    path("desk/withdrawals/", withdrawals.WithdrawalListPage.as_view(), name="recusal-withdrawals"),
    path("desk/withdrawals/<int:pk>/", withdrawals.WithdrawalPage.as_view(), name="recusal-withdrawal"),
    path("desk/withdrawals/<int:pk>/rule/", withdrawals.WithdrawalRulePage.as_view(), name="recusal-withdrawal-rule"),
    path(
        "desk/withdrawal-rulings/<int:pk>/cosign/",
        withdrawals.WithdrawalCosignPage.as_view(),
        name="recusal-withdrawal-cosign",
    ),
    path(
        "desk/withdrawal-rulings/<int:pk>/return/",
        withdrawals.WithdrawalReturnPage.as_view(),
        name="recusal-withdrawal-return",
    ),
    path("desk/", desk.FactListPage.as_view(), name="recusal-facts"),
    path("desk/facts/register/", desk.RegisterPage.as_view(), name="recusal-register"),
    path("desk/facts/<int:pk>/", desk.FactPage.as_view(), name="recusal-fact"),
    path("desk/facts/<int:pk>/acknowledge/", own.AcknowledgePage.as_view(), name="recusal-acknowledge"),
    path("desk/facts/<int:pk>/rule/", desk.RulePage.as_view(), name="recusal-rule"),
    path("desk/facts/<int:pk>/review/", reviews.DiscoveryOpenPage.as_view(), name="recusal-discovery-open"),
    path("desk/rulings/<int:pk>/cosign/", desk.CosignPage.as_view(), name="recusal-cosign"),
    path("desk/rulings/<int:pk>/return/", desk.ReturnRulingPage.as_view(), name="recusal-return"),
    path("desk/screenings/", screenings.ScreeningListPage.as_view(), name="recusal-screenings"),
    path("desk/screenings/start/", screenings.ScreeningStartPage.as_view(), name="recusal-screening-start"),
    path("desk/screenings/<int:pk>/", screenings.ScreeningPage.as_view(), name="recusal-screening"),
    path(
        "desk/screenings/<int:pk>/progress/",
        screenings.ScreeningProgressFragment.as_view(),
        name="recusal-screening-progress",
    ),
    path("desk/screenings/<int:pk>/resume/", screenings.ScreeningResumePage.as_view(), name="recusal-screening-resume"),
    path("desk/unchecked/", screenings.UncheckedListPage.as_view(), name="recusal-unchecked"),
    path("challenges/", challenges.ChallengeListPage.as_view(), name="recusal-challenges"),
    path("challenges/raise/", challenges.ChallengeRaisePage.as_view(), name="recusal-challenge-raise"),
    path("challenges/<int:pk>/", challenges.ChallengePage.as_view(), name="recusal-challenge"),
    path("challenges/<int:pk>/rule/", challenges.ChallengeRulePage.as_view(), name="recusal-challenge-rule"),
    path(
        "challenge-rulings/<int:pk>/cosign/",
        challenges.ChallengeCosignPage.as_view(),
        name="recusal-challenge-cosign",
    ),
    path(
        "challenge-rulings/<int:pk>/return/",
        challenges.ChallengeReturnPage.as_view(),
        name="recusal-challenge-return",
    ),
    path("challenges/settings/", desk.SettingsPage.as_view(), name="recusal-settings"),
    path("desk/reviews/", reviews.DiscoveryListPage.as_view(), name="recusal-discoveries"),
    path("desk/reviews/<int:pk>/", reviews.DiscoveryPage.as_view(), name="recusal-discovery"),
    path("desk/reviews/<int:pk>/reassign/", reviews.ReviewReassignPage.as_view(), name="recusal-discovery-reassign"),
    path("desk/acts/<int:pk>/review/", reviews.ActReviewPage.as_view(), name="recusal-act-review"),
    path("desk/attempts/", desk.AttemptListPage.as_view(), name="recusal-attempts"),
]
