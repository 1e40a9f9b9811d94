"""Real implementations under the suite, and what is known of them."""
