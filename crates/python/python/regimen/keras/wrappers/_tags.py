"""What scikit-learn asks of an estimator about its kind."""


def tags(kind):
    """Tags of a "classifier", "regressor" or "transformer"; scikit-learn of 1.6 or later asks for them."""
    from sklearn import utils

    return utils.Tags(
        estimator_type=kind,
        target_tags=utils.TargetTags(required=kind != "transformer"),
        transformer_tags=utils.TransformerTags() if kind == "transformer" else None,
        classifier_tags=utils.ClassifierTags(poor_score=True) if kind == "classifier" else None,
        regressor_tags=utils.RegressorTags(poor_score=True) if kind == "regressor" else None,
        non_deterministic=True,
    )
