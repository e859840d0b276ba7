"""What is told to the public: adverts without a licence, beyond it, misleading, or raising funds (catalogue §4.4)."""
